// Does anybody pass at this gate now? Not while the centre has locked it, nor while somebody works on it; the exit button opens.

import type { Rule } from './rule.ts';

export const notSuspended: Rule = ({ suspended }) =>
  suspended === undefined ? undefined : { deny: 'blocked', detail: suspended };
