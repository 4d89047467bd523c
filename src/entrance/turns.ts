// The turn sensors: what admission/passages.ts finds out becomes events. Who did not go through counts as not passed, and may
// scan again at once. What is still awaited when the reader stops, or when a sensor is lost, stays undecided. A sensor that sees
// nobody of many who were let through is taken for lost: its wire is off or its arm is folded away, and people do go through.

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
/** So many in a row who were let through and not seen are no chance, and no pupils at play. */
const MOST_UNSEEN = 20;
const UNSEEN = `the last ${MOST_UNSEEN} who were let through were not seen to go through; look at the turn sensor, its wire and its pull`;
const RETRY_MS = 5_000;
const MOST_UNRECORDED = 256;

type Annulled = Extract<PassageOutcome, { outcome: 'passed' | 'annulled' }>;

export class Turns implements GatePart {
  readonly #shared: Shared;
  readonly #turns: readonly Turn[];
  readonly #limit = new FlapLimit(RECORDED);
  /** Sensors that were heard of. */
  readonly #heard = new Set<string>();
  /** How many in a row each sensor did not see. */
  readonly #unseen = new Map<string, number>();
  #awaited: readonly Awaited[] = [];
  /** Annulments that the journal could not take: presence is wrong until it does. */
  #unrecorded: readonly Annulled[] = [];
  #retryMs = 0;

  constructor(shared: Shared, turns: readonly Turn[]) {
    this.#shared = shared;
    this.#turns = turns;
  }

  awaited(fingerprint: string): Feedback | undefined {
    return this.#awaited.find(({ opening, unsure }) => !unsure && opening.scan?.fingerprint === fingerprint)?.opening.answer;
  }

  change({ input, active, initial, instant }: InputChange): void {
    if (initial) {
      this.#heard.add(input);
      this.#unseen.delete(input);
      this.#step({ type: 'lost', input }, instant);
    } else if (active) {
      if ((this.#unseen.get(input) ?? 0) >= MOST_UNSEEN) this.#shared.report(`input:${input}`, undefined);
      this.#unseen.delete(input);
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
    this.#step({ type: 'time', atMs: now.monotonicMs - READ_LATE_MS }, now);
    if (this.#unrecorded.length === 0 || now.monotonicMs < this.#retryMs) return;
    const again = this.#unrecorded;
    this.#unrecorded = [];
    for (const outcome of again) this.#tell(outcome, now);
  }

  #step(event: PassageEvent, instant: Instant): void {
    const isLost = (input: string) => !this.#heard.has(input) || this.#shared.isLost(input);
    const turns = this.#turns.map((turn) => ({ ...turn, lost: isLost(turn.input) }));
    for (const { input } of turns.filter(({ lost }) => lost)) {
      this.#awaited = nextPassages(this.#awaited, { type: 'lost', input }, turns).awaited;
    }
    const { awaited, outcomes } = nextPassages(this.#awaited, event, turns);
    this.#awaited = awaited;
    for (const outcome of outcomes) {
      this.#tell(outcome, instant);
      if (outcome.outcome === 'annulled') this.#countUnseen(outcome.input);
    }
  }

  #countUnseen(input: string): void {
    const unseen = (this.#unseen.get(input) ?? 0) + 1;
    this.#unseen.set(input, unseen);
    if (unseen === MOST_UNSEEN) this.#shared.report(`input:${input}`, UNSEEN);
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
