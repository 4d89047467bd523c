// The issuers' file: what is taken, what is refused, and by which name a key goes.

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';

import { TrustError } from '../../src/trust/fault.ts';
import { issuerKey, parseIssuers, readIssuers } from '../../src/trust/issuers.ts';
import { dataFolder } from '../fakes/record.ts';

/** RFC 8037, appendix A: the key of A.2 and its thumbprint of A.3. */
const RFC_JWK = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const RFC_THUMBPRINT = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';

const x = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const okp = (bytes: Uint8Array) => ({ kty: 'OKP', crv: 'Ed25519', x: x(bytes) });

describe('parseIssuers', () => {
  test('names a key by its RFC 7638 thumbprint and the first 8 bytes of it, whatever kid the set writes', () => {
    const parsed = parseIssuers([{ ...RFC_JWK, kid: 'mine', use: 'sig', alg: 'EdDSA' }]);
    expect(parsed.ok && parsed.keys.map(({ jwk, kid8 }) => ({ jwk, kid8 }))).toEqual([
      { jwk: { ...RFC_JWK, kid: RFC_THUMBPRINT }, kid8: '90facafea9b15566' },
    ]);
  });

  test('takes an empty set and refuses what is no list', () => {
    expect(parseIssuers([])).toEqual({ ok: true, keys: [] });
    for (const jwks of [undefined, null, {}, 'x', 1]) expect(parseIssuers(jwks)).toMatchObject({ ok: false, code: 'malformed' });
  });

  test.each([
    ['a private key', { ...RFC_JWK, d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' }, 'private-inside'],
    ['a symmetric key', { kty: 'oct', k: 'AAAA' }, 'private-inside'],
    ['no object', 'x', 'malformed'],
    ['null', null, 'malformed'],
    ['another curve', { ...RFC_JWK, crv: 'X25519' }, 'malformed'],
    ['another type', { kty: 'EC', crv: 'P-256', x: RFC_JWK.x, y: RFC_JWK.x }, 'malformed'],
    ['a key for encryption', { ...RFC_JWK, use: 'enc' }, 'malformed'],
    ['31 bytes', okp(new Uint8Array(31).fill(7)), 'malformed'],
    ['padding', { ...RFC_JWK, x: `${RFC_JWK.x}=` }, 'malformed'],
    ['a second writing of the same bytes', { ...RFC_JWK, x: `${RFC_JWK.x.slice(0, -1)}p` }, 'malformed'],
    ['zeros', okp(new Uint8Array(32)), 'malformed'],
  ])('refuses a set with %s, whole and without repeating it', (_, jwk, code) => {
    const parsed = parseIssuers([RFC_JWK, jwk]);
    expect(parsed).toMatchObject({ ok: false, code });
    expect(!parsed.ok && parsed.found).toMatch(/key 2 of 2/);
    expect(JSON.stringify(parsed)).not.toContain('nWGx');
  });

  test('refuses every point of small order, under which anybody could sign', () => {
    const torsion = [...new Set(smallOrderPoints())];
    expect(torsion).toHaveLength(8);
    for (const point of torsion) expect(parseIssuers([okp(Buffer.from(point, 'hex'))]), point).toMatchObject({ ok: false });
  });
});

/** All multiples of a point whose order is 8, by another implementation of the curve. */
function smallOrderPoints(): string[] {
  const { Point } = ed25519;
  const generator = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
  const points = [Point.ZERO];
  for (let index = 1; index < 8; index++) points.push((points.at(-1) ?? Point.ZERO).add(generator));
  return points.map((point) => point.toHex());
}

describe('readIssuers', () => {
  const file = (content: string): string => {
    const path = join(dataFolder(), 'trust.json');
    writeFileSync(path, content);
    return path;
  };
  const faultOf = (path: string): TrustError => {
    try {
      readIssuers(path);
    } catch (error) {
      if (error instanceof TrustError) return error;
    }
    throw new Error('it was taken');
  };

  test('reads a JWK Set, also with a byte order mark', () => {
    const set = JSON.stringify({ keys: [RFC_JWK] });
    for (const text of [set, `\uFEFF${set}`]) expect(readIssuers(file(text)).map(({ jwk }) => jwk.kid)).toEqual([RFC_THUMBPRINT]);
  });

  test.each(['', '{', '[]', JSON.stringify(RFC_JWK), '{"keys":{}}', 'null'])(
    'says of %j which file is no JWK Set, and what prints one',
    (text) => {
      const path = file(text);
      expect(faultOf(path)).toMatchObject({ code: 'malformed', path });
      expect(faultOf(path).message).toMatch(/trust\.json: found no list of keys.*gate-reader key show FILE --jwks/);
    },
  );

  test('refuses a file that is not there, and one with a private key', () => {
    expect(faultOf('/nowhere/trust.json')).toMatchObject({ code: 'unreadable', found: 'ENOENT' });
    const own = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const fault = faultOf(file(JSON.stringify({ keys: [own] })));
    expect(fault.code).toBe('private-inside');
    expect(fault.message).not.toContain(String(own.d));
  });
});

test('issuerKey gives the public half of a private key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = issuerKey(privateKey);
  expect(key.key.type).toBe('public');
  expect(key).toMatchObject({ jwk: issuerKey(publicKey).jwk, kid8: issuerKey(publicKey).kid8 });
});
