// Is it for this gate? The signature's gates and those of the roster entry (or of the policy for such holders) must both name
// it, where they name any; an empty list grants nowhere. `verify` and `roster` only: `record` asks nobody for terms.

import { needsVoucher } from './acceptance.ts';
import { termOf } from './listed.ts';
import { grantOf, type Rule } from './rule.ts';

export const rightGate: Rule = (subject) => {
  if (!needsVoucher(subject)) return undefined;
  const named = [grantOf(subject)?.gates, termOf(subject, 'gates')];
  return named.every((gates) => gates === undefined || gates.includes(subject.gate)) ? undefined : { deny: 'wrong-gate' };
};
