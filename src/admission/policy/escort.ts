// May the holder leave alone now? Before the hour named, only shortly after the granted passage of one of those who may take
// the holder along, in either direction. `verify` and `roster` only: `record` asks nobody for terms.

import { needsVoucher } from './acceptance.ts';
import { passageDirection } from './direction.ts';
import { entryInForce, termOf } from './listed.ts';
import { presenceDay } from './presence-day.ts';
import type { Case, Rule } from './rule.ts';

/** A guardian at the gate scans first, then the pupil. */
const WITHIN_SECONDS = 60;

export const escorted: Rule = (subject) => {
  if (!needsVoucher(subject)) return undefined;
  const escort = termOf(subject, 'escort');
  const { text } = subject.moment;
  if (escort === undefined || text.slice(11, 16) >= escort.before || passageDirection(subject) === 'in') return undefined;
  const withinMs = (escort.withinSeconds ?? WITHIN_SECONDS) * 1000;
  const accompanied = escort.by.some((guardian) => passedWithin(subject, guardian, withinMs));
  return accompanied ? undefined : { deny: 'blocked', detail: 'escort' };
};

/** By monotonic time of this boot: a wall clock that jumps lets nobody out. */
function passedWithin({ past, lists, moment, policy }: Case, guardian: string, withinMs: number): boolean {
  // A guardian who is named by a code's ref is known to the past by the person behind it.
  const person = entryInForce(lists, guardian, moment.wallMs)?.person ?? guardian;
  const passage = past.lastPassage(person, presenceDay(moment, policy.exitAllAt));
  if (passage === undefined || passage.boot !== moment.boot) return false;
  const elapsedMs = moment.monotonicMs - passage.instant.monotonicMs;
  return elapsedMs >= 0 && elapsedMs <= withinMs;
}
