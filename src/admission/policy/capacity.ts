// Is there room inside? Whatever the acceptance; somebody who counts as inside already takes no second place.

import { lastPassageOf, passageDirection } from './direction.ts';
import { presenceDay } from './presence-day.ts';
import type { Rule } from './rule.ts';

export const roomInside: Rule = (subject) => {
  const { past, moment, policy } = subject;
  if (policy.capacity === undefined || passageDirection(subject) === 'out') return undefined;
  if (past.inside(presenceDay(moment, policy.exitAllAt)) < policy.capacity) return undefined;
  return lastPassageOf(subject)?.direction === 'in' ? undefined : { deny: 'blocked', detail: 'capacity' };
};
