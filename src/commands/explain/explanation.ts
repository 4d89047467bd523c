// What a reader would do with one code, and why, without doing it: the daemon's own recogniser and judge on an empty past.
// Guarantees: nothing of an unknown code and nothing unmasked of a known one is in an explanation.

import type { Holder, Kind, Warning } from '../../admission/credentials/credential.ts';
import { isFlawed } from '../../admission/credentials/credential.ts';
import { recognise } from '../../admission/credentials/recognise.ts';
import { entryInForce } from '../../admission/policy/listed.ts';
import { judge } from '../../admission/policy/order.ts';
import { NOTHING_BEFORE, type Policy } from '../../admission/policy/rule.ts';
import type { LaneDirection, Lists, Moment, Pseudonyms, Scan, Trust } from '../../admission/ports.ts';
import type { Denied, Verdict } from '../../admission/verdict.ts';

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
  readonly gate: string;
  readonly trust: Trust;
  readonly lists: Lists;
  readonly builtMs: number;
  /** Absent: no site key is at hand. */
  readonly pseudonyms: Pseudonyms | undefined;
}

/** An explanation, and what people are told beside it. */
export interface Weighed extends Pick<Denied, 'detail' | 'message'> {
  readonly explanation: Explanation;
}

/** The explanation alone, as programs get it. */
export const explainCode = (code: Pick<Scan, 'bytes' | 'fault'>, circumstances: Circumstances): Explanation =>
  weigh(code, circumstances).explanation;

export function weigh(code: Pick<Scan, 'bytes' | 'fault'>, circumstances: Circumstances): Weighed {
  const { policy, gate, direction, moment, pseudonyms, trust, lists, builtMs } = circumstances;
  const presented = recognise(code, { trust, wallMs: moment.wallMs });
  const judging = { presented, gate, direction, moment, policy, lists, builtMs, past: NOTHING_BEFORE };
  if (isFlawed(presented)) {
    const { verdict, reason } = judge(judging);
    return { explanation: { kind: presented.kind, verdict, reason, holder: null, label: null, ref: null, warnings: [] } };
  }
  const { kind, identifier } = presented;
  const ref = pseudonyms?.ref(kind, identifier);
  const entry = entryInForce(lists, ref, moment.wallMs);
  const judged = judge({ ...judging, ...(ref === undefined ? {} : { ref }), ...(entry === undefined ? {} : { entry }) });
  const explanation = {
    kind,
    verdict: judged.verdict,
    reason: judged.reason,
    holder: entry?.holder ?? presented.holder,
    label: entry?.label ?? presented.label,
    ref: ref ?? null,
    warnings: judged.verdict === 'granted' ? judged.warnings : presented.warnings,
  };
  const { detail, message } = judged.verdict === 'denied' ? judged : {};
  return { explanation, ...(detail === undefined ? {} : { detail }), ...(message === undefined ? {} : { message }) };
}
