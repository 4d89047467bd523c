// The lists as the daemon holds them: real files, the real worker. What is taken, kept, replaced, refused once, asked for again.

import { describe, expect, test } from 'vitest';

import { eventually } from '../fakes/eventually.ts';
import { at, bytesOf, type Issuer, makeIssuer, NOW_MS, pupil, refOf } from './issuer.ts';
import { issuer, offered, open } from './opened.ts';

describe('offer', () => {
  test('a list that is right is taken, told of, and looked up', async () => {
    const here = open();
    expect(here.lists.info('roster', NOW_MS)).toBeUndefined();
    expect(here.lists.rosterEntry(refOf(1))).toBeUndefined();
    expect(await offered(here, 'roster', await issuer.list('roster', 7, [{ ...pupil(1), until: at(1) }]))).toBe('taken');
    expect(await offered(here, 'revoked', await issuer.list('revoked', 3, [{ ref: refOf(2) }]))).toBe('taken');
    expect(await offered(here, 'policy', await issuer.list('policy', 1, [{ holder: 'pupil', gates: ['cong-sau'] }]))).toBe(
      'taken',
    );
    expect(here.told).toEqual(['taken roster 7', 'taken revoked 3', 'taken policy 1']);
    expect(here.lists.info('roster', NOW_MS)).toMatchObject({
      version: 7,
      issuedMs: Date.parse(at(-1)),
      expiresMs: Date.parse(at(29)),
    });
    expect(here.lists.rosterEntry(refOf(1))).toEqual({ ...pupil(1), untilMs: Date.parse(at(1)) });
    expect(here.lists.rosterEntry(refOf(2))).toBeUndefined();
    expect([here.lists.isRevoked(refOf(1)), here.lists.isRevoked(refOf(2))]).toEqual([false, true]);
    expect(here.lists.holderPolicy('pupil')).toEqual({ gates: ['cong-sau'] });
    expect(here.lists.holderPolicy('staff')).toBeUndefined();
  });

  test('a newer list replaces the whole one before, an older one and the same version do not', async () => {
    const here = open();
    const first = await issuer.list('roster', 7, [pupil(1), pupil(2)]);
    await offered(here, 'roster', first.slice());
    expect(await offered(here, 'roster', await issuer.list('roster', 8, [pupil(2, 'new'), pupil(3)]))).toBe('taken');
    expect([1, 2, 3].map((index) => here.lists.rosterEntry(refOf(index))?.label)).toEqual([undefined, 'new', pupil(3).label]);
    expect(await offered(here, 'roster', first)).toBe('not-newer');
    expect(await offered(here, 'roster', await issuer.list('roster', 8, []))).toBe('not-newer');
    expect(here.lists.info('roster', NOW_MS)?.version).toBe(8);
    expect(here.lists.rosterEntry(refOf(2))?.label).toBe('new');
  });

  test('the same bytes again are ignored without a word, taken or refused', async () => {
    const here = open();
    const good = await issuer.list('roster', 7, [pupil(1)]);
    const bad = await issuer.list('roster', 9, [pupil(1)], { site: 'another' });
    const outcomes: string[] = [];
    for (const bytes of [good, good, bad, bad, Uint8Array.of(...good, 0x0a)]) {
      outcomes.push(await offered(here, 'roster', bytes.slice()));
    }
    expect(outcomes).toEqual(['taken', 'same', 'wrong-site', 'same', 'same']);
    expect(here.told).toEqual(['taken roster 7', 'refused roster 9 wrong-site']);
  });

  test('whatever is wrong is refused with its reason, and the list before stays', async () => {
    const here = open();
    const stranger = await makeIssuer();
    const good = await issuer.list('roster', 8, [pupil(2)]);
    await offered(here, 'roster', await issuer.list('roster', 7, [pupil(1)]));
    const offers: [string, Uint8Array, string][] = [
      ['roster', new Uint8Array(24 * 1024 * 1024 + 1), 'too-large'],
      ['roster', good.slice(0, good.length / 2), 'malformed'],
      ['roster', bytesOf('[]'), 'malformed'],
      ['roster', bytesOf('{"list":"roster"}'), 'unsigned'],
      ['roster', bytesOf(await issuer.sign({}, { kid: 'x' })), 'unknown-issuer'],
      ['roster', bytesOf(await stranger.sign({}, { kid: issuer.kid })), 'bad-signature'],
      ['revoked', good.slice(), 'wrong-list'],
      ['roster', await issuer.list('roster', 8, [], { site: 'another' }), 'wrong-site'],
      ['roster', await issuer.list('roster', 6, []), 'not-newer'],
      ['roster', await issuer.list('roster', 8, [], { expires: at(-0.1) }), 'expired'],
      ['roster', await issuer.list('roster', 8, [], { issued: at(2) }), 'not-yet-issued'],
      ['roster', await issuer.list('roster', 8, [pupil(1), pupil(2), pupil(1)]), 'bad-entry:2'],
      ['guests', await issuer.list('roster', 8, []), 'wrong-list'],
    ];
    for (const [name, bytes, reason] of offers) expect(await offered(here, name, bytes)).toBe(reason);
    expect(here.told.filter((line) => line.startsWith('refused'))).toHaveLength(offers.length);
    expect(here.lists.info('roster', NOW_MS)?.version).toBe(7);
    expect(here.lists.rosterEntry(refOf(1))).toEqual(pupil(1));
    expect(here.lists.info('revoked', NOW_MS)).toBeUndefined();
  });

  test('a list that is over counts as absent, and its entries too', async () => {
    const here = open();
    await offered(here, 'roster', await issuer.list('roster', 7, [pupil(1)], { expires: at(1) }));
    await offered(here, 'revoked', await issuer.list('revoked', 7, [{ ref: refOf(1) }], { expires: at(1) }));
    await offered(here, 'policy', await issuer.list('policy', 7, [{ holder: 'pupil' }], { expires: at(1) }));
    const [last, over] = [Date.parse(at(1)) - 1, Date.parse(at(1))];
    here.clock.nowMs = last;
    expect([here.lists.rosterEntry(refOf(1))?.ref, here.lists.isRevoked(refOf(1))]).toEqual([refOf(1), true]);
    expect([here.lists.info('roster', last)?.version, here.lists.info('roster', over)]).toEqual([7, undefined]);
    here.clock.nowMs = over;
    expect([here.lists.rosterEntry(refOf(1)), here.lists.isRevoked(refOf(1)), here.lists.holderPolicy('pupil')]).toEqual([
      undefined,
      false,
      undefined,
    ]);
  });

  test('an empty message, and offers after the end, are nothing', async () => {
    const here = open();
    expect(await offered(here, 'roster', new Uint8Array())).toBe('same');
    await here.lists.close();
    expect(await offered(here, 'roster', await issuer.list('roster', 1, []))).toBe('same');
    expect(here.told).toEqual([]);
  });

  test('a list too large to be looked at is refused once, until that list is taken; the one before stays', async () => {
    const here = open();
    const tooLarge = async (name: string) => {
      const outcome = await here.lists.tooLarge(name);
      return outcome.outcome === 'refused' ? outcome.refusal.reason : outcome.outcome;
    };
    const first = offered(here, 'roster', await issuer.list('roster', 7, [pupil(1)]));
    // In its turn, after the one that is being taken.
    expect(await tooLarge('roster')).toBe('too-large');
    expect(await first).toBe('taken');
    await tooLarge('roster');
    await offered(here, 'revoked', await issuer.list('revoked', 1, []));
    await tooLarge('roster');
    await tooLarge('guests');
    await tooLarge('guests');
    expect(here.lists.rosterEntry(refOf(1))).toEqual(pupil(1));
    await offered(here, 'roster', await issuer.list('roster', 8, [pupil(1)]));
    await tooLarge('roster');
    expect(here.told).toEqual([
      'taken roster 7',
      'refused roster - too-large',
      'taken revoked 1',
      'refused unknown - wrong-list',
      'taken roster 8',
      'refused roster - too-large',
    ]);
    await here.lists.close();
    expect([await tooLarge('keys'), await tooLarge('pets')]).toEqual(['same', 'same']);
  });

  test('more than may wait is asked for again instead of kept', async () => {
    const here = open();
    const good = await issuer.list('revoked', 1, []);
    const offers = Array.from({ length: 20 }, () => offered(here, 'revoked', good.slice()));
    await Promise.all(offers);
    expect(here.told).toEqual(['taken revoked 1', 'ask again']);
  });
});

describe('a restart', () => {
  test('keeps the lists and their versions, and tells the listed keys', async () => {
    const first = open();
    const other = await makeIssuer();
    await offered(first, 'roster', await issuer.list('roster', 7, [pupil(1)]));
    await offered(first, 'keys', await issuer.list('keys', 1, [other.jwk]));
    await first.lists.close();
    const second = open({ dataFolder: first.dataFolder });
    expect(second.told).toEqual(['keys 1']);
    expect(second.lists.rosterEntry(refOf(1))).toEqual(pupil(1));
    expect(await offered(second, 'roster', await issuer.list('roster', 6, []))).toBe('not-newer');
    expect(await offered(second, 'roster', await other.list('roster', 8, []))).toBe('taken');
  });

  test('for another site counts what was stored as absent', async () => {
    const first = open();
    await offered(first, 'roster', await issuer.list('roster', 7, [pupil(1)]));
    await first.lists.close();
    const second = open({ dataFolder: first.dataFolder, site: 'another' });
    expect(second.lists.rosterEntry(refOf(1))).toBeUndefined();
    expect(await offered(second, 'roster', await issuer.list('roster', 1, [pupil(2)], { site: 'another' }))).toBe('taken');
    expect([second.lists.rosterEntry(refOf(1)), second.lists.rosterEntry(refOf(2))?.ref]).toEqual([undefined, refOf(2)]);
  });
});

describe('the keys list', () => {
  async function rotation(): Promise<{ next: Issuer; after: Issuer }> {
    return { next: await makeIssuer(), after: await makeIssuer() };
  }

  test('lets a new key in by the word of a current one, and that one the next', async () => {
    const here = open();
    const { next, after } = await rotation();
    expect(await offered(here, 'keys', await next.list('keys', 1, [next.jwk]))).toBe('unknown-issuer');
    expect(await offered(here, 'keys', await issuer.list('keys', 1, [next.jwk]))).toBe('taken');
    expect(await offered(here, 'keys', await next.list('keys', 2, [after.jwk]))).toBe('taken');
    expect(await offered(here, 'keys', await next.list('keys', 3, [next.jwk]))).toBe('unknown-issuer');
    expect(await offered(here, 'revoked', await after.list('revoked', 1, []))).toBe('taken');
  });

  test('has what an unknown key signed offered again once the key is known, and takes it then', async () => {
    const here = open();
    const { next } = await rotation();
    const roster = await next.list('roster', 1, [pupil(1)]);
    await offered(here, 'roster', roster.slice());
    await offered(here, 'keys', await issuer.list('keys', 1, [next.jwk]));
    await eventually('to be asked again', () => here.told.includes('ask again'));
    expect(await offered(here, 'roster', roster)).toBe('taken');
    expect(here.told).toEqual(
      ['refused roster - unknown-issuer', 'keys 1', 'taken keys 1', 'ask again', 'taken roster 1'].toSorted(
        (a, b) => here.told.indexOf(a) - here.told.indexOf(b),
      ),
    );
  });

  test('adds nothing once the key is gone by whose word it counts, and holds no other list back', async () => {
    const office = [issuer.jwk];
    const first = open({ issuers: office });
    const [{ next: thief, after: accomplice }, successor] = [await rotation(), await makeIssuer()];
    // What somebody with a stolen key would do: a key of their own, which then speaks for itself, and versions that none can beat.
    const most = Number.MAX_SAFE_INTEGER;
    await offered(first, 'keys', await issuer.list('keys', most - 1, [thief.jwk]));
    expect(await offered(first, 'keys', await thief.list('keys', most, [thief.jwk, accomplice.jwk]))).toBe('taken');
    expect(await offered(first, 'revoked', await accomplice.list('revoked', most, []))).toBe('taken');
    await first.lists.close();

    office.splice(0, 1, successor.jwk);
    const here = open({ dataFolder: first.dataFolder, issuers: office });
    expect(await offered(here, 'roster', await accomplice.list('roster', 1, []))).toBe('unknown-issuer');
    expect(await offered(here, 'revoked', await successor.list('revoked', 1, [{ ref: refOf(1) }]))).toBe('taken');
    expect(here.lists.isRevoked(refOf(1))).toBe(true);
    expect(await offered(here, 'revoked', await successor.list('revoked', 1, []))).toBe('not-newer');
    expect(await offered(here, 'keys', await successor.list('keys', 1, []))).toBe('taken');
  });

  test('goes at once when its key is taken out of the trust file while the daemon runs', async () => {
    const office = [issuer.jwk];
    const here = open({ issuers: office });
    const { next } = await rotation();
    await offered(here, 'keys', await issuer.list('keys', 1, [next.jwk]));
    office.splice(0);
    here.lists.recheck();
    expect(here.told.at(-1)).toBe('keys 0');
    office.push(issuer.jwk);
    here.lists.recheck();
    expect(here.told).toContain('keys 1');
    expect(await offered(here, 'roster', await next.list('roster', 1, []))).toBe('taken');
  });

  test('that is over takes its keys along', async () => {
    const here = open();
    const { next } = await rotation();
    await offered(here, 'keys', await issuer.list('keys', 1, [next.jwk], { expires: at(1) }));
    here.clock.nowMs = Date.parse(at(1));
    here.lists.recheck();
    expect(here.told.at(-1)).toBe('keys 0');
    expect(await offered(here, 'roster', await next.list('roster', 1, []))).toBe('unknown-issuer');
  });
});

describe('a clock that was wrong', () => {
  test('a list from the future is refused once and asked for again when the clock is right', async () => {
    const here = open();
    const roster = await issuer.list('roster', 1, [pupil(1)]);
    here.clock.nowMs = Date.parse('2024-01-01T00:00:00Z');
    expect(await offered(here, 'roster', roster.slice())).toBe('not-yet-issued');
    here.lists.recheck();
    expect(here.told).toEqual(['refused roster 1 not-yet-issued']);
    here.clock.nowMs = NOW_MS;
    here.lists.recheck();
    expect(here.told.at(-1)).toBe('ask again');
    expect(await offered(here, 'roster', roster)).toBe('taken');
  });
});
