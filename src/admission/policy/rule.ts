// What a rule is: a pure look at one case that may deny it. The order of rules is policy/order.ts and nowhere else.

import type { Kind, Presented } from '../credentials/credential.ts';
import type { Direction, LaneDirection, Moment, Past } from '../ports.ts';
import type { DenyReason } from '../verdict.ts';

/** What is done with a kind: prove its signature, look its holder up, write it down, or turn it away. */
export type Acceptance = 'verify' | 'roster' | 'record' | 'refuse';

/** The site's rules, as configured under `admission`. */
export interface Policy {
  /** Kinds that are not named are refused. */
  readonly accept: Readonly<Partial<Record<Kind, Acceptance>>>;
}

/** Everything a rule may look at. */
export interface Case {
  readonly presented: Presented;
  /** The person's pseudonym; absent where nobody was identified. */
  readonly ref?: string;
  readonly direction: LaneDirection;
  readonly moment: Moment;
  readonly policy: Policy;
  readonly past: Past;
}

/** Denies with a reason, or has no objection. */
export type Rule = (subject: Case) => DenyReason | undefined;

/** The lane's direction where it is fixed. */
export function fixedDirection(direction: LaneDirection): Direction | undefined {
  return direction === 'both' ? undefined : direction;
}
