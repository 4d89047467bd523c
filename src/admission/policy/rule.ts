// What a rule is: a pure look at one case that may deny it or warn. The order of rules is policy/order.ts and nowhere else.

import { type Grant, isFlawed, type Kind, type Presented, type Warning } from '../credentials/credential.ts';
import type { Direction, LaneDirection, Lists, Moment, Past, RosterEntry } from '../ports.ts';
import type { Suspension } from '../standing.ts';
import type { DenyReason, Detail } from '../verdict.ts';

/** What is done with a kind: prove its signature, look its holder up, write it down, or turn it away. */
export type Acceptance = 'verify' | 'roster' | 'record' | 'refuse';

/** The site's rules, as configured under `admission`. */
export interface Policy {
  /** Kinds that are not named are refused. */
  readonly accept: Readonly<Partial<Record<Kind, Acceptance>>>;
  readonly antiPassback: 'off' | 'warn' | 'deny';
  /** What an unsynchronised clock that is at least not in the past does to kinds that depend on it. */
  readonly clock: 'warn' | 'deny';
  readonly clearance: 'warn' | 'deny';
  readonly maxListAgeHours: { readonly warn: number; readonly deny: number };
  /** `HH:MM` at which everybody counts as out: the presence day begins then. */
  readonly exitAllAt: string;
  /** How many people may be inside; absent: no limit. */
  readonly capacity?: number | undefined;
}

/** Everything a rule may look at. */
export interface Case {
  readonly presented: Presented;
  /** The code's pseudonym; absent where nobody was identified. */
  readonly ref?: string;
  /** The holder's entry, where the roster has one. */
  readonly entry?: RosterEntry;
  /** This reader's gate. */
  readonly gate: string;
  readonly direction: LaneDirection;
  readonly moment: Moment;
  readonly policy: Policy;
  readonly past: Past;
  readonly lists: Lists;
  /** Why nobody passes at this gate now; absent: they do. */
  readonly suspended?: Suspension | undefined;
  /** When this program was built, milliseconds since 1970: no clock before it is right. */
  readonly builtMs: number;
}

/** Nobody has passed before: for judging without a journal. */
export const NOTHING_BEFORE: Past = { lastPassage: () => undefined, inside: () => 0, isUsed: () => false, trustedMs: 0 };

/** Denies with a reason (and what exactly, where the reason has several causes), warns, or has no objection. */
export type Ruling = { readonly deny: DenyReason; readonly detail?: Detail } | { readonly warn: Warning };

export type Rule = (subject: Case) => Ruling | undefined;

/** What the code's own signature grants; absent where it has none. */
export function grantOf({ presented }: Pick<Case, 'presented'>): Grant | undefined {
  return isFlawed(presented) ? undefined : presented.grant;
}

/** The lane's direction where it is fixed. */
export function fixedDirection(direction: LaneDirection): Direction | undefined {
  return direction === 'both' ? undefined : direction;
}
