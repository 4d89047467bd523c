// What the journal needs beside scans, done when nobody is at the gate: seals, retention, another try after a failure, and
// the word that the clock became trusted. One slow timer; nothing here is on a scan's way.

import { clockData } from '../admission/event.ts';
import type { Clock, ClockState } from '../admission/ports.ts';
import type { SqliteJournal } from './journal.ts';

export interface UpkeepOptions {
  readonly journal: SqliteJournal;
  readonly clock: Clock;
  /** Milliseconds since the last scan. */
  readonly idleMs: () => number;
  readonly retentionDays: number;
  /** The highest row that may be pruned: receipted, delivered, or all where the journal is the record. */
  readonly prunable: () => { readonly through: number; readonly byAgeAlone: boolean };
  readonly onClock: (state: ClockState) => void;
  readonly onPruned: (rows: number) => void;
}

const EVERY_MS = 5_000;
/** Longer than the gap between two pupils, shorter than the lull after the bell. */
const IDLE_MS = 10_000;
/** So many events are sealed without waiting for a lull. */
const MOST_UNSEALED = 1_000;
/** Far more than reading two clocks one after the other takes, less than a centre cares about. */
const STEP_MS = 1_000;
const DAY_MS = 86_400_000;

/** Tells the clock's state at once and then does a round every few seconds. */
export function startUpkeep(options: UpkeepOptions): { readonly stop: () => void } {
  let told: ToldClock | undefined;
  const round = () => {
    told = tellClock(options, told);
    options.journal.retry();
    const idle = options.idleMs() >= IDLE_MS;
    if (idle || options.journal.unsealed >= MOST_UNSEALED) options.journal.seal(options.clock.describe(options.clock.read()));
    if (idle) prune(options);
  };
  // Only the clock cannot wait: sealing and removing rows must not delay a start.
  told = tellClock(options, told);
  const timer = setInterval(round, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

interface ToldClock {
  readonly state: ClockState;
  /** Wall time less monotonic time, in milliseconds: adjusting the clock moves both, setting it only the first. */
  readonly aheadMs: number;
}

/**
 * The first trust of a boot, and every regained one, is an event: with it the centre corrects the times before. So is a step of
 * a trusted clock: who sets the clock and synchronises it again within one round is seen by nothing else.
 */
function tellClock({ journal, clock, onClock }: UpkeepOptions, before: ToldClock | undefined): ToldClock {
  const moment = clock.describe(clock.read());
  const { state } = moment;
  const aheadMs = moment.wallMs - moment.monotonicMs;
  const stepped = before !== undefined && Math.abs(aheadMs - before.aheadMs) > STEP_MS;
  if (state === before?.state && !(stepped && state === 'synchronised')) return before;
  if (state === 'synchronised') {
    journal.append({ moment, type: 'gate.clock.v1', data: { wall: moment.text, clock: clockData(moment) } });
  }
  onClock(state);
  return { state, aheadMs };
}

/**
 * A clock that jumped years ahead makes everything look old. What the centre has a receipt for may go all the same; where
 * the journal is the only record, age counts only while the clock is synchronised; zero days need no clock.
 */
function prune({ journal, clock, retentionDays, prunable, onPruned }: UpkeepOptions): void {
  const moment = clock.describe(clock.read());
  const { through, byAgeAlone } = prunable();
  if (byAgeAlone && retentionDays > 0 && moment.state !== 'synchronised') return;
  const rows = journal.prune({ beforeMs: moment.wallMs - retentionDays * DAY_MS, through }, moment);
  if (rows > 0) onPruned(rows);
}
