// Was a code that grants once used already? Only a signature can say `once`; what was used outlives a restart. Whatever the
// acceptance.

import { grantOf, type Rule } from './rule.ts';

export const unused: Rule = (subject) => {
  const { ref, past } = subject;
  if (grantOf(subject)?.once !== true || ref === undefined) return undefined;
  return past.isUsed(ref) ? { deny: 'already-used' } : undefined;
};
