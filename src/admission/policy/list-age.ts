// Is the list that decides young enough? The roster for `roster`, the revocations for `verify`, where there are any; never for
// `record`. A reader that has been offline for long says what it cannot know - after what it does know: an expired pass is
// expired, and one that an old list revokes is revoked.

import type { ListName } from '../ports.ts';
import { acceptanceOf } from './acceptance.ts';
import type { Acceptance, Rule } from './rule.ts';

const HOUR_MS = 3_600_000;

const young =
  (acceptance: Acceptance, list: ListName): Rule =>
  (subject) => {
    const { lists, moment, policy } = subject;
    const info = acceptanceOf(subject) === acceptance ? lists.info(list, moment.wallMs) : undefined;
    if (info === undefined) return undefined;
    const hours = (moment.wallMs - info.issuedMs) / HOUR_MS;
    if (hours > policy.maxListAgeHours.deny) return { deny: 'list-too-old' };
    return hours > policy.maxListAgeHours.warn ? { warn: 'list-too-old' } : undefined;
  };

export const rosterYoung: Rule = young('roster', 'roster');

export const revocationsYoung: Rule = young('verify', 'revoked');
