// Can the clock be trusted where the verdict depends on it? `verify` and `roster` only: who is merely written down needs no clock.

import type { Moment } from '../ports.ts';
import { needsVoucher } from './acceptance.ts';
import type { Rule } from './rule.ts';

/**
 * `right`: the kernel calls it synchronised. `wrong`: it is before this program was built, or before a time that was recorded under
 * a trusted clock. `doubtful`: neither; it may be right.
 */
export function clockStanding(
  { state, wallMs }: Pick<Moment, 'state' | 'wallMs'>,
  { builtMs, trustedMs }: { readonly builtMs: number; readonly trustedMs: number },
): 'right' | 'doubtful' | 'wrong' {
  if (state === 'synchronised') return 'right';
  return wallMs < builtMs || wallMs < trustedMs ? 'wrong' : 'doubtful';
}

/** What to make of a doubtful clock is the site's to say. */
export const clockTrusted: Rule = (subject) => {
  const { moment, past, builtMs, policy } = subject;
  if (!needsVoucher(subject)) return undefined;
  const standing = clockStanding(moment, { builtMs, trustedMs: past.trustedMs });
  if (standing === 'right') return undefined;
  if (standing === 'wrong') return { deny: 'clock-untrusted' };
  return policy.clock === 'deny' ? { deny: 'clock-untrusted' } : { warn: 'clock-untrusted' };
};
