// How the gate is doing, in numbers: answers counted by reason, time from last byte to feedback, age of the last scan.
// Constant memory: latencies fall into buckets a tenth apart, so a percentile is right to about 10 %.

import type { Feedback } from '../admission/feedback.ts';
import { Tallies } from './tallies.ts';

export interface VitalSigns {
  readonly scans: number;
  /** Denied and repeated answers by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Milliseconds from a code's last byte to its feedback; absent before the first scan. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
  readonly lastScanAgeSeconds?: number;
}

const RATIO = 1.1;
const LEAST_MS = 0.05;
/** 0.05 ms * 1.1^160 is above three minutes. */
const BUCKETS = 160;

export class Vitals {
  readonly tallies = new Tallies();
  #scans = 0;
  #lastMs: number | undefined;
  readonly #refusals = new Map<string, number>();
  readonly #buckets = new Uint32Array(BUCKETS);

  observe(feedback: Feedback, latencyMs: number, monotonicMs: number): void {
    this.#scans += 1;
    this.tallies.observe(feedback, latencyMs);
    this.#lastMs = monotonicMs;
    if (feedback.verdict === 'denied') this.#refusals.set(feedback.reason, (this.#refusals.get(feedback.reason) ?? 0) + 1);
    const bucket = Math.ceil(Math.log(Math.max(latencyMs, LEAST_MS) / LEAST_MS) / Math.log(RATIO));
    const index = Math.min(BUCKETS - 1, bucket);
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
  }

  /** Milliseconds since the last scan; since for ever before the first. */
  idleMs(monotonicMs: number): number {
    return this.#lastMs === undefined ? Number.POSITIVE_INFINITY : monotonicMs - this.#lastMs;
  }

  signs(monotonicMs: number): VitalSigns {
    const last = this.#lastMs;
    return {
      scans: this.#scans,
      refusals: Object.fromEntries(this.#refusals),
      ...(last === undefined
        ? {}
        : {
            latencyMs: { p50: this.#percentile(0.5), p99: this.#percentile(0.99) },
            lastScanAgeSeconds: Math.round((monotonicMs - last) / 1000),
          }),
    };
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#scans * share);
    const index = this.#buckets.findIndex((count) => (left -= count) <= 0);
    return Number((LEAST_MS * RATIO ** Math.max(index, 0)).toPrecision(3));
  }
}
