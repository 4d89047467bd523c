// Is this kind of code accepted here at all? Asked first: a refused kind is refused whatever is in it.

import { type Credential, isFlawed } from '../credentials/credential.ts';
import type { Acceptance, Case, Rule } from './rule.ts';

/** What the site does with the kind presented; a kind that is not configured is refused. */
export function acceptanceOf({ policy, presented }: Pick<Case, 'policy' | 'presented'>): Acceptance {
  return policy.accept[presented.kind] ?? 'refuse';
}

/** What may be sealed into the event: details of a kind that the site refuses are nobody's business, not even the authority's. */
export function detailsOf(subject: Pick<Case, 'policy' | 'presented'>): Credential['details'] {
  const { presented } = subject;
  return isFlawed(presented) || acceptanceOf(subject) === 'refuse' ? undefined : presented.details;
}

/** Whether somebody must vouch for the holder, by a signature or on the roster; `record` writes down whoever comes. */
export function needsVoucher(subject: Pick<Case, 'policy' | 'presented'>): boolean {
  const acceptance = acceptanceOf(subject);
  return acceptance === 'verify' || acceptance === 'roster';
}

/** `unknown` keeps its own reason: nothing was recognised that could be refused. */
export const kindAccepted: Rule = (subject) => {
  if (acceptanceOf(subject) !== 'refuse') return undefined;
  return { deny: subject.presented.kind === 'unknown' ? 'unrecognised' : 'kind-refused' };
};
