// What a scraper wants of the answers: counts that only grow, by verdict, reason and kind of code, and how long answers took.
// Constant memory: the three are closed unions, and nothing of a person or a code is in here.

import type { Feedback } from '../admission/feedback.ts';

/** Upper bounds of the latency's buckets in seconds, both sides of the contract's milliseconds; the last one is for ever. */
export const LATENCY_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, Number.POSITIVE_INFINITY] as const;

export interface AnswerCount extends Pick<Feedback, 'verdict' | 'reason' | 'kind'> {
  readonly count: number;
}

export interface LatencyCounts {
  /** For each bound of `LATENCY_BOUNDS`, how many answers took at most so long: cumulative. */
  readonly upTo: readonly number[];
  readonly sumSeconds: number;
}

export class Tallies {
  readonly #answers = new Map<
    string,
    { verdict: AnswerCount['verdict']; reason: Feedback['reason']; kind: Feedback['kind']; count: number }
  >();
  readonly #within = new Float64Array(LATENCY_BOUNDS.length);
  #sumSeconds = 0;

  observe({ verdict, reason, kind }: Feedback, latencyMs: number): void {
    const key = `${verdict} ${reason} ${kind}`;
    const known = this.#answers.get(key);
    if (known) known.count += 1;
    else this.#answers.set(key, { verdict, reason, kind, count: 1 });
    const seconds = Math.max(0, latencyMs) / 1000;
    this.#sumSeconds += seconds;
    const bucket = LATENCY_BOUNDS.findIndex((bound) => seconds <= bound);
    this.#within[bucket] = (this.#within[bucket] ?? 0) + 1;
  }

  answers(): readonly AnswerCount[] {
    return [...this.#answers.values()];
  }

  latency(): LatencyCounts {
    let sum = 0;
    return { upTo: Array.from(this.#within, (count) => (sum += count)), sumSeconds: this.#sumSeconds };
  }
}
