// What a reader would do with one code, and why, without doing it: the daemon's own recogniser and judge on an empty past.
// Guarantees: nothing of an unknown code and nothing unmasked of a known one is in an explanation.

import type { Holder, Kind, Warning } from '../../admission/credentials/credential.ts';
import { isFlawed } from '../../admission/credentials/credential.ts';
import { recognise } from '../../admission/credentials/recognise.ts';
import { judge } from '../../admission/policy/order.ts';
import type { Policy } from '../../admission/policy/rule.ts';
import type { LaneDirection, Moment, Past, Pseudonyms, Scan } from '../../admission/ports.ts';
import type { Verdict } from '../../admission/verdict.ts';

/** CONTRACT section 2's object; the order of its keys is what is printed. */
export interface Explanation {
  readonly kind: Kind;
  readonly verdict: Verdict['verdict'];
  readonly reason: Verdict['reason'];
  readonly holder: Holder | null;
  readonly label: string | null;
  /** Null as well where no site key is at hand. */
  readonly ref: string | null;
  readonly warnings: readonly Warning[];
}

export interface Circumstances {
  readonly policy: Policy;
  readonly direction: LaneDirection;
  readonly moment: Moment;
  /** Absent: no site key is at hand. */
  readonly pseudonyms: Pseudonyms | undefined;
}

/** Nobody has passed before: an explanation is the same however often it is asked for. */
const NOTHING_BEFORE: Past = { lastPassage: () => undefined };

export function explainCode(
  code: Pick<Scan, 'bytes' | 'fault'>,
  { policy, direction, moment, pseudonyms }: Circumstances,
): Explanation {
  const presented = recognise(code);
  if (isFlawed(presented)) {
    const { verdict, reason } = judge({ presented, direction, moment, policy, past: NOTHING_BEFORE });
    return { kind: presented.kind, verdict, reason, holder: null, label: null, ref: null, warnings: [] };
  }
  const { kind, holder, label, identifier } = presented;
  const ref = pseudonyms?.ref(kind, identifier);
  const judged = judge({ presented, ...(ref === undefined ? {} : { ref }), direction, moment, policy, past: NOTHING_BEFORE });
  const warnings = judged.verdict === 'granted' ? judged.warnings : presented.warnings;
  return { kind, verdict: judged.verdict, reason: judged.reason, holder, label, ref: ref ?? null, warnings };
}
