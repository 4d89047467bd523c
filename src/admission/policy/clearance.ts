// Has the holder the dated clearance that is asked for? It holds through the whole of its last day at the site. `verify` and
// `roster` only: `record` asks nobody for terms.

import { needsVoucher } from './acceptance.ts';
import { termOf } from './listed.ts';
import type { Rule } from './rule.ts';

export const cleared: Rule = (subject) => {
  if (!needsVoucher(subject)) return undefined;
  const clearance = termOf(subject, 'clearance');
  if (clearance === undefined || (clearance.until !== undefined && clearance.until >= subject.moment.day)) return undefined;
  return subject.policy.clearance === 'deny' ? { deny: 'blocked', detail: 'clearance' } : { warn: 'clearance-missing' };
};
