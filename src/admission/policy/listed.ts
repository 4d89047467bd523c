// What the signed lists say of a holder, as far as they are in force: a list that is missing or expired counts as absent.

import { isFlawed } from '../credentials/credential.ts';
import type { HolderPolicy, Lists, RosterEntry } from '../ports.ts';
import type { Case } from './rule.ts';

/** The roster's entry of `ref`, of a roster that is in force at `wallMs` (milliseconds since 1970). */
export function entryInForce(lists: Lists, ref: string | undefined, wallMs: number): RosterEntry | undefined {
  if (ref === undefined || lists.info('roster', wallMs) === undefined) return undefined;
  return lists.rosterEntry(ref);
}

/** A term of the holder's own entry, or, where that says nothing, of the policy list for all holders of the kind. */
export function termOf<Term extends keyof HolderPolicy>(subject: Case, term: Term): HolderPolicy[Term] | undefined {
  const { presented, entry, lists, moment } = subject;
  const own = entry?.[term];
  if (own !== undefined) return own;
  const holder = entry?.holder ?? (isFlawed(presented) ? undefined : presented.holder);
  if (holder === undefined || lists.info('policy', moment.wallMs) === undefined) return undefined;
  return lists.holderPolicy(holder)?.[term];
}
