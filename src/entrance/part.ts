// What the parts of the entrance - buttons, contacts, turn sensors - are given and answer to.

import { clockData, type ClockData, type EventContent } from '../admission/event.ts';
import type { Feedback } from '../admission/feedback.ts';
import type { NoticeKind } from '../admission/notice.ts';
import type { Opening } from '../admission/opening.ts';
import type { RepeatWindow } from '../admission/policy/repeat.ts';
import type {
  Clock,
  Direction,
  FaultReport,
  Indicator,
  Input,
  InputChange,
  Instant,
  Journal,
  Moment,
} from '../admission/ports.ts';
import type { Suspension } from '../admission/standing.ts';
import type { Log } from '../system/log.ts';

/** What an input means, as configured. */
export type Role =
  | { readonly role: 'exit-request' }
  | { readonly role: 'direction'; readonly direction: Direction; readonly holdSeconds: number }
  | { readonly role: 'door'; readonly heldOpenSeconds: number }
  | { readonly role: 'tamper' }
  | { readonly role: 'turn'; readonly direction?: Direction; readonly withinSeconds: number };

export interface RoledInput {
  /** `opened` settles once its device was opened or found missing for the first time. Never rejects. */
  readonly input: Input & { readonly opened: Promise<unknown> };
  readonly role: Role;
}

export interface EntranceOptions {
  readonly gate: string;
  /** How long one opening holds the relay. */
  readonly pulseMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly indicator: Indicator;
  readonly repeats: RepeatWindow<Feedback>;
  readonly log: Log;
  readonly report: FaultReport;
  /** Whether this input can't be read now. */
  readonly isLost: (input: string) => boolean;
  /** Why scans let nobody through now, by what the journal's file says: it may be read only after the start. */
  readonly suspension: () => Suspension | undefined;
}

/** What a part does: with its own state, on what every part shares. */
export interface Shared extends Omit<EntranceOptions, 'indicator'> {
  readonly announce: (what: NoticeKind) => void;
  /** Opens the gate, and tells every part of it. */
  readonly open: (opening: Opening, what: NoticeKind) => void;
}

/** Each method is called with what happened, in order; none waits or throws. */
export interface GatePart {
  change(change: InputChange): void;
  /** The gate is about to open. */
  opened?(opening: Opening): void;
  /** When it wants to be called next, monotonic milliseconds; undefined: not before something happens. */
  dueMs?(): number | undefined;
  due?(now: Instant): void;
}

/** What every event of the entrance holds. */
interface Common {
  readonly gate: string;
  readonly input: string;
  readonly unrecorded?: number;
}

/**
 * Records one event. `unrecorded`: how many were left out before it, undefined where this one is too (see FlapLimit). Whether
 * nothing is left to record: what the journal can't take is logged, and its fault is the journal's own.
 */
export function record(
  { gate, clock, journal, log }: Pick<Shared, 'gate' | 'clock' | 'journal' | 'log'>,
  { input, instant, unrecorded }: { readonly input: string; readonly instant: Instant; readonly unrecorded: number | undefined },
  compose: (common: Common, at: { readonly moment: Moment; readonly clock: ClockData }) => EventContent,
): boolean {
  if (unrecorded === undefined) return true;
  const moment = clock.describe(instant);
  const content = compose({ gate, input, ...(unrecorded === 0 ? {} : { unrecorded }) }, { moment, clock: clockData(moment) });
  const recorded = journal.record(() => content);
  if (!recorded.ok) log.error({ input, type: content.type, fault: recorded.message }, `${content.type} was not recorded`);
  return recorded.ok;
}
