// The imperative shell of one scan, and the only file that orders effects: recognise, judge and record in one
// transaction, remember, show. What was shown as granted is on disk.

import { isFlawed } from './admission/credentials/credential.ts';
import { recognise } from './admission/credentials/recognise.ts';
import { scanEvent } from './admission/event.ts';
import { type Feedback, feedbackOf, journalFailed, repeatOf } from './admission/feedback.ts';
import { judge } from './admission/policy/order.ts';
import type { RepeatWindow } from './admission/policy/repeat.ts';
import type { Policy } from './admission/policy/rule.ts';
import type { Clock, Indicator, Journal, LaneDirection, Pseudonyms, Scan, Scanner } from './admission/ports.ts';
import type { Verdict } from './admission/verdict.ts';

export interface Lane {
  readonly gate: string;
  readonly policy: Policy;
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
    const feedback = admit(lane, scan, scanner.direction);
    lane.indicator.show(feedback);
    lane.observe(feedback, lane.clock.read().monotonicMs - scan.instant.monotonicMs);
  }
}

function admit(lane: Lane, scan: Scan, direction: LaneDirection): Feedback {
  // Bytes that were dropped cannot be compared, so an overlong line never repeats another.
  const fingerprint = scan.fault === undefined ? lane.pseudonyms.fingerprint(scan.bytes) : undefined;
  const earlier = fingerprint === undefined ? undefined : lane.repeats.find(fingerprint, scan.instant.monotonicMs);
  if (earlier) return repeatOf(earlier);

  const presented = recognise(scan);
  const ref = isFlawed(presented) ? undefined : lane.pseudonyms.ref(presented.kind, presented.identifier);
  const moment = lane.clock.describe(scan.instant);
  let verdict: Verdict | undefined;
  const recorded = lane.journal.record((past) => {
    verdict = judge({ presented, ...(ref === undefined ? {} : { ref }), direction, moment, policy: lane.policy, past });
    return scanEvent({ gate: lane.gate, scanner: scan.scanner, presented, ref, verdict, moment });
  });
  if (!recorded.ok || verdict === undefined) return journalFailed(presented, direction, lane.onJournalFailure);
  const feedback = feedbackOf(verdict, presented);
  if (fingerprint !== undefined) lane.repeats.remember(fingerprint, scan.instant.monotonicMs, feedback);
  return feedback;
}
