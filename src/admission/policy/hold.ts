// Is the holder held? Whatever the acceptance: whoever put a hold on somebody wants the guard to be told.

import type { Rule } from './rule.ts';

export const noHold: Rule = ({ entry }) => (entry?.hold === undefined ? undefined : { deny: 'blocked', detail: 'hold' });
