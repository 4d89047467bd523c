// The imperative shell of one scan, and the only file that orders effects: recognise, judge and record in one
// transaction, remember, show. What was shown as granted is on disk.

import { isFlawed, type Presented } from './admission/credentials/credential.ts';
import { recognise } from './admission/credentials/recognise.ts';
import { scanEvent } from './admission/event.ts';
import { type Feedback, feedbackOf, journalFailed, repeatOf } from './admission/feedback.ts';
import { acceptanceOf } from './admission/policy/acceptance.ts';
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

async function admit(lane: Lane, scan: Scan, direction: LaneDirection): Promise<Feedback> {
  // Bytes that were dropped cannot be compared, so an overlong line never repeats another.
  const fingerprint = scan.fault === undefined ? lane.pseudonyms.fingerprint(scan.bytes) : undefined;
  const repeated = () => {
    const earlier = fingerprint === undefined ? undefined : lane.repeats.find(fingerprint, scan.instant.monotonicMs);
    return earlier && repeatOf(earlier);
  };
  const repeat = repeated();
  if (repeat) return repeat;

  const presented = recognise(scan, { trust: lane.trust, wallMs: scan.instant.wallMs });
  const ref = isFlawed(presented) ? undefined : lane.pseudonyms.ref(presented.kind, presented.identifier);
  const entry = ref === undefined ? undefined : lane.lists.rosterEntry(ref);
  const moment = lane.clock.describe(scan.instant);
  const sealed = await sealedDetails(lane, presented);
  // While it was being sealed another scanner may have read the same code.
  const overtaken = sealed === undefined ? undefined : repeated();
  if (overtaken) return overtaken;

  const who = { presented, ...(ref === undefined ? {} : { ref }), ...(entry === undefined ? {} : { entry }) };
  const { gate, policy, lists, builtMs } = lane;
  const judged = (past: Past) => judge({ ...who, gate, direction, moment, policy, past, lists, builtMs });
  let verdict: Verdict | undefined;
  const recorded = lane.journal.record((past) => {
    verdict = judged(past);
    return scanEvent({ gate, scanner: scan.scanner, presented, ref, entry, verdict, moment, sealed });
  });
  if (!recorded.ok || verdict === undefined) {
    return journalFailed(verdict ?? judged(NOTHING_BEFORE), { presented, direction, onFailure: lane.onJournalFailure });
  }
  const feedback = feedbackOf(verdict, presented, entry);
  if (fingerprint !== undefined) lane.repeats.remember(fingerprint, scan.instant.monotonicMs, feedback);
  return feedback;
}

/** Details of a kind the site refuses are nobody's business, not even the authority's. */
async function sealedDetails({ seal, policy }: Lane, presented: Presented): Promise<string | undefined> {
  if (isFlawed(presented) || !presented.details || acceptanceOf({ policy, presented }) === 'refuse') return undefined;
  return await seal?.(presented.details);
}
