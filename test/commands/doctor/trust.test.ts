// `doctor` on issuers' keys and signed lists with one thing wrong at a time.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeIssuer, newKey, SITE } from '../../fakes/issuer.ts';
import { containing } from '../../fakes/like.ts';
import { dataFolder } from '../../fakes/record.ts';
import { only } from './examine.ts';

const HOUR_MS = 3_600_000;

function school() {
  const folder = dataFolder();
  const issuer = makeIssuer(folder);
  const trust = { issuers: join(folder, 'trust.json'), lists: issuer.lists };
  const hoursAgo = (hours: number) => ({
    issued: new Date(Date.now() - hours * HOUR_MS).toISOString(),
    expires: new Date(Date.now() + HOUR_MS).toISOString(),
  });
  return { folder, issuer, hoursAgo, look: (check: string) => only(check, { site: SITE, trust }) };
}

describe('doctor, what is trusted', () => {
  test('issuers and lists in order, and none at all', async () => {
    const { issuer, hoursAgo, look } = school();
    issuer.publish('roster', [], { version: 7, ...hoursAgo(2) });
    expect(await look('issuers')).toMatchObject({ status: 'ok', found: containing('1 key(s)') });
    expect(await look('lists')).toMatchObject({ status: 'ok', found: 'roster: version 7, 2 h old' });
    expect(await only('issuers')).toMatchObject({ status: 'ok', found: containing('names none') });
    expect(await only('lists')).toMatchObject({ status: 'ok', found: 'no signed list is here' });
  });

  test('issuers with which the daemon would not start', async () => {
    const { folder, look } = school();
    writeFileSync(join(folder, 'trust.json'), '{"keys": "none"}');
    expect(await look('issuers')).toMatchObject({ status: 'failure', found: containing('trust.json') });
  });

  test('a list that is old, and one that is too old', async () => {
    const { issuer, hoursAgo, look } = school();
    issuer.publish('revoked', [], hoursAgo(25));
    expect(await look('lists')).toMatchObject({ status: 'warning', found: containing('revoked: version 1, 25 h old') });
    issuer.publish('revoked', [], hoursAgo(169));
    expect(await look('lists')).toMatchObject({ status: 'failure', found: containing('169 h old') });
  });

  test('a list in the folder that does not count', async () => {
    const { issuer, hoursAgo, look } = school();
    issuer.publish('policy', [], { key: newKey(), ...hoursAgo(1) });
    expect(await look('lists')).toMatchObject({ status: 'warning', found: containing('policy.jws counts as absent') });
  });
});
