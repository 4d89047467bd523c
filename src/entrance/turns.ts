// The turn sensors: what admission/passages.ts finds out becomes events. Who did not go through counts as not passed, and may
// scan again at once. What is still awaited when the reader stops, or when a sensor is lost, stays undecided.

import { type PassageData, sequenceText } from '../admission/event.ts';
import type { Feedback } from '../admission/feedback.ts';
import type { Opening } from '../admission/opening.ts';
import {
  type Awaited,
  nextPassages,
  passageDueMs,
  type PassageEvent,
  type PassageOutcome,
  type Turn,
} from '../admission/passages.ts';
import type { InputChange, Instant } from '../admission/ports.ts';
import { FlapLimit } from '../system/flap-limit.ts';
import { type GatePart, record, type Shared } from './part.ts';

/** A pulse carries the kernel's time and is read a little later: so long it may take. */
const READ_LATE_MS = 250;
/** Passages without a scan may come as often as a button chatters. */
const RECORDED = { most: 10, withinMs: 60_000 };
const RETRY_MS = 5_000;
const MOST_UNRECORDED = 256;

type Annulled = Extract<PassageOutcome, { outcome: 'passed' | 'annulled' }>;

export class Turns implements GatePart {
  readonly #shared: Shared;
  readonly #turns: readonly Turn[];
  readonly #limit = new FlapLimit(RECORDED);
  /** Sensors that were heard of. */
  readonly #heard = new Set<string>();
  #awaited: readonly Awaited[] = [];
  /** Annulments that the journal could not take: presence is wrong until it does. */
  #unrecorded: readonly Annulled[] = [];
  #retryMs = 0;

  constructor(shared: Shared, turns: readonly Turn[]) {
    this.#shared = shared;
    this.#turns = turns;
  }

  awaited(fingerprint: string): Feedback | undefined {
    return this.#awaited.find(({ opening }) => opening.scan?.fingerprint === fingerprint)?.opening.answer;
  }

  change({ input, active, initial, instant }: InputChange): void {
    if (initial) {
      this.#heard.add(input);
      this.#step({ type: 'lost', input }, instant);
    } else if (active) {
      const direction = this.#turns.find((turn) => turn.input === input)?.direction;
      const turn = { input, ...(direction === undefined ? {} : { direction }) };
      this.#step({ type: 'turned', turn, atMs: instant.monotonicMs }, instant);
    }
  }

  opened(opening: Opening): void {
    this.#step({ type: 'opened', opening }, this.#shared.clock.read());
  }

  dueMs(): number | undefined {
    const over = passageDueMs(this.#awaited);
    const due = [over === undefined ? [] : [over + READ_LATE_MS], this.#unrecorded.length === 0 ? [] : [this.#retryMs]].flat();
    return due.length === 0 ? undefined : Math.min(...due);
  }

  due(now: Instant): void {
    for (const { input } of this.#turns.filter((turn) => this.#shared.isLost(turn.input))) {
      this.#step({ type: 'lost', input }, now);
    }
    this.#step({ type: 'time', atMs: now.monotonicMs - READ_LATE_MS }, now);
    if (this.#unrecorded.length === 0 || now.monotonicMs < this.#retryMs) return;
    const again = this.#unrecorded;
    this.#unrecorded = [];
    for (const outcome of again) this.#tell(outcome, now);
  }

  #step(event: PassageEvent, instant: Instant): void {
    const working = this.#turns.filter(({ input }) => this.#heard.has(input) && !this.#shared.isLost(input));
    const { awaited, outcomes } = nextPassages(this.#awaited, event, working);
    this.#awaited = awaited;
    for (const outcome of outcomes) this.#tell(outcome, instant);
  }

  #tell(outcome: PassageOutcome, instant: Instant): void {
    const { log, announce, repeats } = this.#shared;
    const { scan, answer }: Partial<Opening> = outcome.outcome === 'unauthorised' ? {} : outcome.opening;
    if (outcome.outcome === 'unauthorised') {
      log.warn({ input: outcome.input }, `${outcome.input}: somebody went through for whom the gate had not opened`);
      announce('unauthorised');
    }
    // Whatever has a scan is as rare as scans are, and must be in the journal: presence is read back from there.
    const unrecorded = scan ? 0 : this.#limit.admit(outcome.outcome, instant.monotonicMs);
    const recorded = record(this.#shared, { input: outcome.input, instant, unrecorded }, (common, { moment, clock }) => ({
      moment,
      ...(outcome.outcome === 'annulled' && scan?.consumed !== undefined ? { releases: scan.consumed } : {}),
      type: 'gate.passage.v1',
      data: { ...common, ...told(outcome), clock },
    }));
    if (outcome.outcome !== 'annulled' || !scan) return;
    if (!recorded) {
      this.#unrecorded = [...this.#unrecorded, outcome].slice(-MOST_UNRECORDED);
      this.#retryMs = instant.monotonicMs + RETRY_MS;
    } else if (scan.fingerprint !== undefined && answer) repeats.forget(scan.fingerprint, answer);
  }
}

/** What the event says of it: no more of the person than the number of the scan. */
function told(outcome: PassageOutcome): Pick<PassageData, 'outcome' | 'cause' | 'scan' | 'direction'> {
  const way = (direction: Opening['direction']) => (direction === undefined ? {} : { direction });
  if (outcome.outcome === 'unauthorised') return { outcome: outcome.outcome, ...way(outcome.direction) };
  const { cause, scan, direction } = outcome.opening;
  return {
    outcome: outcome.outcome,
    cause,
    ...(scan ? { scan: { epoch: scan.epoch, sequence: sequenceText(scan.sequence) } } : {}),
    ...way(direction),
  };
}
