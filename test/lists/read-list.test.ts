// A signed list as bytes: what is taken, and every reason for which it is not.

import { generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { compactVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';

import { MOST_LIST_BYTES } from '../../src/lists/jws.ts';
import { type Expected, readList } from '../../src/lists/read-list.ts';
import { signJws } from '../../src/system/jws.ts';
import { jwkThumbprint, publicJwk } from '../../src/system/secrets.ts';
import { at, bytesOf, frame, makeIssuer, NOW_MS, pupil, pupils, refOf, SITE } from './issuer.ts';

const issuer = await makeIssuer();
const stranger = await makeIssuer();
const expected: Expected = { list: 'roster', site: SITE, issuers: [stranger.jwk, issuer.jwk].slice(1), nowMs: NOW_MS };

/** `taken`, or the reason. */
function judged(jws: string | Uint8Array, changes: Partial<Expected> = {}): string {
  const reading = readList(typeof jws === 'string' ? bytesOf(jws) : jws, { ...expected, ...changes });
  return reading.ok ? 'taken' : reading.refusal.reason;
}

const good = await issuer.sign(frame('roster', 7, pupils(3)));
const [header = '', payload = '', signature = ''] = good.split('.');
const b64 = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('readList of a list that is right', () => {
  test('takes a roster with every field, times as milliseconds', async () => {
    const hours = {
      windows: [{ days: [1, 2, 3, 4, 5], from: '06:30', to: '17:30' }],
      exceptions: [{ date: '2026-11-20', windows: [] }],
    };
    const written = {
      ...pupil(1),
      person: 'p-1',
      gates: ['cong-chinh'],
      hours,
      hold: 'Gặp văn phòng',
      clearance: { name: 'health', until: '2026-11-21' },
      escort: { by: [refOf(2), 'p-2'], before: '12:00', withinSeconds: 90 },
    };
    const from = '2026-09-01T00:00:00+07:00';
    const jws = await issuer.sign(frame('roster', 7, [{ ...written, from, until: '2027-06-30T23:59:59+07:00' }]));
    const reading = readList(bytesOf(jws), expected);
    expect(reading).toEqual({
      ok: true,
      list: {
        site: SITE,
        version: 7,
        issuedMs: Date.parse(at(-1)),
        expiresMs: Date.parse(at(29)),
        kid: issuer.kid,
        content: {
          list: 'roster',
          entries: [{ ...written, fromMs: Date.parse(from), untilMs: Date.parse('2027-06-30T23:59:59+07:00') }],
        },
      },
    });
  });

  test.each([
    ['revoked', [{ ref: refOf(1) }, { ref: refOf(2) }]],
    ['policy', [{ holder: 'pupil', gates: [], hours: { windows: [] }, escort: { by: ['p-2'], before: '11:30' } }]],
    ['keys', [{ ...stranger.jwk, kid: stranger.kid, use: 'sig', alg: 'EdDSA' }]],
    ['roster', []],
  ] as const)('takes %s', async (list, entries) => {
    expect(judged(await issuer.sign(frame(list, 7, entries)), { list })).toBe('taken');
  });

  test('white space after the end, a typ in the header, and the day of its issue ahead are no fault', async () => {
    expect(judged(`${good}\r\n`)).toBe('taken');
    expect(judged(await issuer.sign(frame('roster', 7, []), { typ: 'JWT' }))).toBe('taken');
    expect(judged(await issuer.sign(frame('roster', 7, [], { issued: at(0.99) })))).toBe('taken');
  });

  test('what signJws signs verifies with another implementation and is taken', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const jws = signJws(JSON.stringify(frame('revoked', 7, [])), privateKey);
    const { protectedHeader } = await compactVerify(jws, await importJWK({ ...publicJwk(privateKey), alg: 'EdDSA' }));
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: jwkThumbprint(privateKey) });
    expect(judged(jws, { list: 'revoked', issuers: [publicJwk(privateKey)] })).toBe('taken');
  });
});

describe('readList refuses', () => {
  test('too-large: a byte above 24 MiB', () => {
    expect(judged(Buffer.alloc(MOST_LIST_BYTES + 1, 0x61))).toBe('too-large');
    expect(judged(Buffer.alloc(MOST_LIST_BYTES, 0x61))).toBe('malformed');
  });

  test.each([
    ['nothing', ''],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${good}.AAAA`],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['a cut signature', good.slice(0, -1)],
    ['a character outside the alphabet', `${header}.${payload.slice(0, -1)}!.${signature}`],
    ['a header that is no JSON', `${b64('{"alg"')}.${payload}.${signature}`],
    ['a header that is a list', `${b64('[]')}.${payload}.${signature}`],
    ['a header of 2 KB', `${b64({ alg: 'EdDSA', kid: issuer.kid, typ: 'x'.repeat(1500) })}.${payload}.${signature}`],
    ['a header with crit', `${b64({ alg: 'EdDSA', kid: issuer.kid, crit: ['b64'], b64: false })}.${payload}.${signature}`],
    ['a header with its own key', `${b64({ alg: 'EdDSA', kid: issuer.kid, jwk: issuer.jwk })}.${payload}.${signature}`],
  ])('malformed: %s', (_what, jws) => {
    expect(judged(jws)).toBe('malformed');
  });

  test('a list cut at any place: never taken', () => {
    for (let length = 0; length < good.length; length += 1) expect(judged(good.slice(0, length)), `${length}`).not.toBe('taken');
  });

  test.each([
    ['plain JSON', JSON.stringify(frame('roster', 7, []))],
    ['alg none', `${b64({ alg: 'none', kid: issuer.kid })}.${payload}.`],
    ['alg none with a signature', `${b64({ alg: 'none', kid: issuer.kid })}.${payload}.${signature}`],
    ['no signature', `${header}.${payload}.`],
  ])('unsigned: %s', (_what, jws) => {
    expect(judged(jws)).toBe('unsigned');
  });

  test.each(['HS256', 'ES256', 'eddsa', 'Ed448', '__proto__'])('wrong-algorithm: %s', (alg) => {
    expect(judged(`${b64({ alg, kid: issuer.kid })}.${payload}.${signature}`)).toBe('wrong-algorithm');
  });

  test('unknown-issuer: a stranger, no kid, the first bytes of a kid, no issuers at all', async () => {
    expect(judged(await stranger.sign(frame('roster', 7, [])))).toBe('unknown-issuer');
    expect(judged(`${b64({ alg: 'EdDSA' })}.${payload}.${signature}`)).toBe('unknown-issuer');
    expect(judged(`${b64({ alg: 'EdDSA', kid: issuer.kid.slice(0, 11) })}.${payload}.${signature}`)).toBe('unknown-issuer');
    expect(judged(good, { issuers: [] })).toBe('unknown-issuer');
  });

  test('bad-signature: the right kid and the wrong key, another payload', async () => {
    expect(judged(await stranger.sign(frame('roster', 7, []), { kid: issuer.kid }))).toBe('bad-signature');
    expect(judged(`${header}.${b64(frame('roster', 8, []))}.${signature}`)).toBe('bad-signature');
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)],
    ['a field more', frame('roster', 7, [], { note: '' })],
    ['a field less', frame('roster', 7, [], { site: undefined })],
    [
      '__proto__ for a field',
      `{"__proto__":{"site":"x"},"list":"roster","version":7,"issued":"${at(-1)}","expires":"${at(1)}","entries":[]}`,
    ],
    ['a version as text', frame('roster', 7, [], { version: '7' })],
    ['a version with a fraction', frame('roster', 7, [], { version: 7.5 })],
    ['a version beyond counting', frame('roster', 7, [], { version: 2 ** 53 })],
    ['a day that does not exist', frame('roster', 7, [], { issued: '2026-02-30T00:00:00Z' })],
    ['a time without offset', frame('roster', 7, [], { expires: '2026-12-01T00:00:00' })],
    ['an end before the beginning', frame('roster', 7, [], { expires: at(-2) })],
    ['entries that are an object', frame('roster', 7, [], { entries: {} })],
  ])('malformed payload: %s', async (_what, value) => {
    expect(judged(await issuer.sign(value))).toBe('malformed');
  });

  test.each([
    ['wrong-list', {}, { list: 'revoked' }],
    ['wrong-list', { list: 'toString' }, {}],
    ['wrong-site', {}, { site: 'another' }],
    ['not-newer', {}, { storedVersion: 7 }],
    ['not-newer', {}, { storedVersion: 8 }],
    ['expired', { expires: at(0) }, {}],
    ['not-yet-issued', { issued: at(1.01) }, {}],
  ] as const)('%s', async (reason, changes, expectation) => {
    expect(judged(await issuer.sign(frame('roster', 7, [], changes)), expectation)).toBe(reason);
  });

  test('bad-entry: with the first bad one, its field, and what is known of the list', async () => {
    const jws = await issuer.sign(frame('roster', 7, [pupil(1), { ...pupil(2), label: 'a\u001b[2J' }]));
    expect(readList(bytesOf(jws), expected)).toEqual({
      ok: false,
      refusal: {
        reason: 'bad-entry',
        version: 7,
        issuedMs: Date.parse(at(-1)),
        expiresMs: Date.parse(at(29)),
        index: 1,
        detail: 'label control-character',
      },
    });
  });

  test('the refusals are looked for in their order', async () => {
    const worst = frame('revoked', 7, [{}], { site: 'another', expires: at(-0.5) });
    const jws = await issuer.sign(worst);
    expect(judged(jws, { storedVersion: 9 })).toBe('wrong-list');
    expect(judged(jws, { storedVersion: 9, list: 'revoked' })).toBe('wrong-site');
    expect(judged(jws, { storedVersion: 9, list: 'revoked', site: 'another' })).toBe('not-newer');
    expect(judged(jws, { list: 'revoked', site: 'another' })).toBe('expired');
    expect(judged(jws, { list: 'revoked', site: 'another', nowMs: NOW_MS - 86_400_000 })).toBe('bad-entry');
  });
});

describe('readList of anything', () => {
  test('never throws and takes nothing that is not signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(judged(bytes)).not.toBe('taken');
      }),
    );
  });

  test('a changed byte is never taken', () => {
    const bytes = bytesOf(good);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Uint8Array.from(bytes, (byte, index) => (index === place ? byte ^ change : byte));
        expect(judged(changed)).not.toBe('taken');
      }),
    );
  });

  test('any JSON that an issuer signs is taken or refused, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (value) => {
        expect(judged(await issuer.sign(value))).toBe('malformed');
      }),
      { numRuns: 50 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1 }), async (entries) => {
        expect(judged(await issuer.sign(frame('roster', 7, entries)))).toBe('bad-entry');
      }),
      { numRuns: 50 },
    );
  });
});
