// Can the clock be trusted where the verdict depends on it? `verify` and `roster` only: who is merely written down needs no clock.

import { needsVoucher } from './acceptance.ts';
import type { Rule } from './rule.ts';

/**
 * A clock that the kernel does not call synchronised is wrong for certain before this program was built or before a time
 * that was recorded under a trusted clock; after both it may be right, and the site says what to make of that.
 */
export const clockTrusted: Rule = (subject) => {
  const { moment, past, builtMs, policy } = subject;
  if (!needsVoucher(subject) || moment.state === 'synchronised') return undefined;
  if (moment.wallMs < builtMs || moment.wallMs < past.trustedMs) return { deny: 'clock-untrusted' };
  return policy.clock === 'deny' ? { deny: 'clock-untrusted' } : { warn: 'clock-untrusted' };
};
