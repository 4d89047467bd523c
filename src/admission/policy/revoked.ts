// Did the issuer take this very code back? Whatever the acceptance: a revocation is an explicit no, and needs no other list.

import type { Rule } from './rule.ts';

export const notRevoked: Rule = ({ ref, lists, moment }) => {
  if (ref === undefined || lists.info('revoked', moment.wallMs) === undefined) return undefined;
  return lists.isRevoked(ref) ? { deny: 'revoked' } : undefined;
};
