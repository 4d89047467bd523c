// Is the holder on the roster, where the site asks for that? Without a roster nobody is on it: fail to the safe side.

import { acceptanceOf } from './acceptance.ts';
import type { Rule } from './rule.ts';

export const onRoster: Rule = (subject) =>
  acceptanceOf(subject) === 'roster' && subject.entry === undefined ? { deny: 'not-on-roster' } : undefined;
