// Did the same person pass this way before, without the other way between? Whatever the acceptance; only where the lane's way is
// fixed: one that looks both ways takes the other way by itself.

import { fixedDirection, type Rule } from './rule.ts';
import { lastPassageOf } from './direction.ts';

export const noPassback: Rule = (subject) => {
  const { antiPassback } = subject.policy;
  const way = fixedDirection(subject.direction);
  if (antiPassback === 'off' || way === undefined || lastPassageOf(subject)?.direction !== way) return undefined;
  return antiPassback === 'deny' ? { deny: 'passback' } : { warn: 'passback' };
};
