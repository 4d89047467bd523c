// The imperative shell of one scan, and the only file that orders effects: recognise, judge and record in one
// transaction, remember, show. What was shown as granted is on disk.

import { isFlawed } from './admission/credentials/credential.ts';
import { recognise } from './admission/credentials/recognise.ts';
import { scanEvent } from './admission/event.ts';
import { type Feedback, feedbackOf, journalFailed, repeatOf } from './admission/feedback.ts';
import { type Entrance, openingOf, type OpeningScan } from './admission/opening.ts';
import { detailsOf } from './admission/policy/acceptance.ts';
import { judge } from './admission/policy/order.ts';
import type { RepeatWindow } from './admission/policy/repeat.ts';
import { NOTHING_BEFORE, type Policy } from './admission/policy/rule.ts';
import type {
  Clock,
  Indicator,
  Journal,
  LaneDirection,
  Lists,
  Past,
  Pseudonyms,
  Scan,
  Scanner,
  Trust,
} from './admission/ports.ts';
import type { Verdict } from './admission/verdict.ts';

export interface Lane {
  readonly gate: string;
  readonly policy: Policy;
  readonly trust: Trust;
  readonly lists: Lists;
  /** Seals a holder's details for the event; absent: they are dropped (`privacy.details: none`). */
  readonly seal?: ((details: Readonly<Record<string, string>>) => Promise<string | undefined>) | undefined;
  /** See `Case.builtMs`. */
  readonly builtMs: number;
  readonly onJournalFailure: 'deny' | 'grant';
  readonly clock: Clock;
  readonly pseudonyms: Pseudonyms;
  readonly journal: Journal;
  readonly indicator: Indicator;
  readonly entrance: Entrance;
  /** One for all scanners of the reader: the same code at another scanner is the same code. */
  readonly repeats: RepeatWindow<Feedback>;
  /** Told of every answer after it was shown, with the milliseconds from last byte to shown. */
  readonly observe: (feedback: Feedback, latencyMs: number) => void;
}

/** Serves one scanner until it ends or `signal` aborts. */
export async function serve(lane: Lane, scanner: Scanner, signal: AbortSignal): Promise<void> {
  for await (const scan of scanner.scans(signal)) {
    const feedback = await admit(lane, scan, scanner.direction);
    lane.indicator.show(feedback);
    lane.observe(feedback, lane.clock.read().monotonicMs - scan.instant.monotonicMs);
  }
}

async function admit(lane: Lane, scan: Scan, looks: LaneDirection): Promise<Feedback> {
  const { gate, policy, lists, builtMs, entrance, repeats, journal } = lane;
  const atMs = scan.instant.monotonicMs;
  // Bytes that were dropped cannot be compared, so an overlong line never repeats another.
  const fingerprint = scan.fault === undefined ? lane.pseudonyms.fingerprint(scan.bytes) : undefined;
  const repeated = () => {
    const earlier = fingerprint === undefined ? undefined : (repeats.find(fingerprint, atMs) ?? entrance.awaited(fingerprint));
    return earlier && repeatOf(earlier);
  };
  const repeat = repeated();
  if (repeat) return repeat;

  const presented = recognise(scan, { trust: lane.trust, wallMs: scan.instant.wallMs });
  const ref = isFlawed(presented) ? undefined : lane.pseudonyms.ref(presented.kind, presented.identifier);
  const entry = ref === undefined ? undefined : lists.rosterEntry(ref);
  const moment = lane.clock.describe(scan.instant);
  const details = detailsOf({ policy, presented });
  const sealed = details && (await lane.seal?.(details));
  // While it was being sealed another scanner may have read the same code.
  const overtaken = sealed === undefined ? undefined : repeated();
  if (overtaken) return overtaken;

  const who = { presented, ...(ref === undefined ? {} : { ref }), ...(entry === undefined ? {} : { entry }) };
  const direction = looks === 'both' ? (entrance.wantedWay(atMs) ?? looks) : looks;
  // Asked inside the transaction: what the centre ordered may be known only once the journal's file was opened for it.
  const judged = (past: Past) =>
    judge({ ...who, gate, direction, moment, policy, past, lists, builtMs, suspended: entrance.suspended });
  const answered = (feedback: Feedback, scanned?: OpeningScan) => {
    if (feedback.opens && direction !== looks) entrance.wayTaken();
    if (feedback.opens) entrance.opened(openingOf(feedback, lane.clock.read().monotonicMs, scanned));
    return feedback;
  };
  let [verdict, consumed]: [Verdict?, string?] = [];
  const recorded = journal.record((past) => {
    verdict = judged(past);
    const content = scanEvent({ gate, scanner: scan.scanner, presented, ref, entry, verdict, moment, sealed });
    consumed = content.consumes?.ref;
    return content;
  });
  if (!recorded.ok || verdict === undefined) {
    return answered(journalFailed(verdict ?? judged(NOTHING_BEFORE), { presented, direction, onFailure: lane.onJournalFailure }));
  }
  const answer = feedbackOf(verdict, presented, entry);
  if (fingerprint !== undefined) repeats.remember(fingerprint, atMs, answer);
  return answered(answer, { epoch: journal.epoch, sequence: recorded.sequence, consumed, fingerprint });
}
