// Is the list that decides young enough? The roster for `roster`, the revocations for `verify`, where there are any; never for
// `record`. A reader that has been offline for long says what it cannot know.

import type { ListName } from '../ports.ts';
import { acceptanceOf } from './acceptance.ts';
import type { Acceptance, Rule } from './rule.ts';

const HOUR_MS = 3_600_000;

const DECIDING: Readonly<Partial<Record<Acceptance, ListName>>> = { roster: 'roster', verify: 'revoked' };

export const listYoung: Rule = (subject) => {
  const { lists, moment, policy } = subject;
  const list = DECIDING[acceptanceOf(subject)];
  const info = list && lists.info(list, moment.wallMs);
  if (info === undefined) return undefined;
  const hours = (moment.wallMs - info.issuedMs) / HOUR_MS;
  if (hours > policy.maxListAgeHours.deny) return { deny: 'list-too-old' };
  return hours > policy.maxListAgeHours.warn ? { warn: 'list-too-old' } : undefined;
};
