// The keyring as the lane uses it: signatures by issuers, keys that come with a list, and zlib within its bounds.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { issuerKey } from '../../src/trust/issuers.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import { dataFolder } from '../fakes/record.ts';

const MESSAGE = Buffer.from('what is signed');
const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
const kidOf = (key: KeyObject): Buffer => Buffer.from(issuerKey(key).kid8, 'hex');
const signed = (key: KeyObject): Buffer => sign(null, MESSAGE, key);

function fileOf(...keys: readonly KeyObject[]): string {
  const path = join(dataFolder(), 'trust.json');
  writeFileSync(path, JSON.stringify({ keys: keys.map((key) => issuerKey(key).jwk) }));
  return path;
}

describe('checkIssuer', () => {
  test('is valid for each issuer of the file, and for a signature of another implementation', () => {
    const [first, second] = [newKey(), newKey()];
    const trust = openTrust({ issuers: fileOf(first, second) });
    for (const key of [first, second]) expect(trust.checkIssuer(kidOf(key), MESSAGE, signed(key))).toBe('valid');
    const seed = Buffer.from(first.export({ format: 'jwk' }).d ?? '', 'base64url');
    expect(trust.checkIssuer(kidOf(first), MESSAGE, ed25519.sign(MESSAGE, seed))).toBe('valid');
  });

  test('is invalid for the right name and the wrong key, another message or a cut signature', () => {
    const [key, other] = [newKey(), newKey()];
    const trust = openTrust({ extraIssuers: [issuerKey(key), issuerKey(other)] });
    expect(trust.checkIssuer(kidOf(key), MESSAGE, signed(other))).toBe('invalid');
    expect(trust.checkIssuer(kidOf(key), Buffer.from('another'), signed(key))).toBe('invalid');
    expect(trust.checkIssuer(kidOf(key), MESSAGE, signed(key).subarray(1))).toBe('invalid');
    expect(trust.checkIssuer(kidOf(key), MESSAGE, Buffer.concat([signed(key), Buffer.alloc(1)]))).toBe('invalid');
  });

  test('knows no key of another name, nor a name of other length', () => {
    const key = newKey();
    const trust = openTrust({ extraIssuers: [issuerKey(key)] });
    const thumbprint = Buffer.from(issuerKey(key).jwk.kid, 'base64url');
    for (const kid of [kidOf(newKey()), new Uint8Array(0), thumbprint.subarray(0, 7), thumbprint.subarray(0, 9), thumbprint]) {
      expect(trust.checkIssuer(kid, MESSAGE, signed(key))).toBe('unknown-key');
    }
    expect(openTrust({}).checkIssuer(kidOf(key), MESSAGE, signed(key))).toBe('unknown-key');
  });

  test('reads the name out of a view into a larger buffer', () => {
    const key = newKey();
    const view = Uint8Array.from([1, 2, ...kidOf(key), 3]).subarray(2, 10);
    expect(openTrust({ extraIssuers: [issuerKey(key)] }).checkIssuer(view, MESSAGE, signed(key))).toBe('valid');
  });

  test('never throws and takes nothing that is not signed', () => {
    const key = newKey();
    const trust = openTrust({ extraIssuers: [issuerKey(key)] });
    const bytes = fc.uint8Array({ maxLength: 80 });
    fc.assert(
      fc.property(bytes, bytes, (message, signature) => {
        expect(trust.checkIssuer(kidOf(key), message, signature)).toBe('invalid');
      }),
    );
  });
});

describe('setListed', () => {
  const [root, next] = [newKey(), newKey()];
  const names = (trust: ReturnType<typeof openTrust>) => trust.issuerKeys().map(({ kid }) => kid);
  const kid = (key: KeyObject) => issuerKey(key).jwk.kid;

  test('adds the keys of a list, and takes them away with the next one; the own ones stay', () => {
    const trust = openTrust({ issuers: fileOf(root) });
    expect(trust.checkIssuer(kidOf(next), MESSAGE, signed(next))).toBe('unknown-key');
    expect(trust.setListed([issuerKey(next).jwk, issuerKey(root).jwk])).toBeUndefined();
    expect(names(trust)).toEqual([kid(root), kid(next)]);
    expect(trust.checkIssuer(kidOf(next), MESSAGE, signed(next))).toBe('valid');
    expect(trust.setListed([])).toBeUndefined();
    expect(names(trust)).toEqual([kid(root)]);
    expect(trust.checkIssuer(kidOf(next), MESSAGE, signed(next))).toBe('unknown-key');
    expect(trust.checkIssuer(kidOf(root), MESSAGE, signed(root))).toBe('valid');
  });

  test('takes no key of a list with a fault in it, and keeps those of the one before', () => {
    const trust = openTrust({ extraIssuers: [issuerKey(root)] });
    trust.setListed([issuerKey(next).jwk]);
    expect(trust.setListed([issuerKey(newKey()).jwk, { kty: 'RSA' }])).toBe('key 2 of 2 is no Ed25519 key');
    expect(trust.setListed('x')).toBe('no list of keys');
    expect(names(trust)).toEqual([kid(root), kid(next)]);
  });
});

describe('inflate', () => {
  const { inflate } = openTrust({});
  const plain = Buffer.from('abc'.repeat(1000));

  test('gives what was deflated, up to the limit and not a byte more', () => {
    expect(inflate(deflateSync(plain), plain.length)).toEqual(plain);
    expect(inflate(deflateSync(plain), plain.length - 1)).toBeUndefined();
    expect(inflate(deflateSync(Buffer.alloc(0)), 1)).toEqual(Buffer.alloc(0));
  });

  test('refuses what is cut, longer than its stream, of another format or for another dictionary', () => {
    const whole = deflateSync(plain);
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(whole.length - 1) ^ 1, whole.length - 1);
    const strange = [whole.subarray(0, -1), Buffer.concat([whole, Buffer.alloc(1)]), Buffer.concat([whole, whole]), flipped];
    const other = [
      Buffer.alloc(0),
      gzipSync(plain),
      deflateRawSync(plain),
      deflateSync(plain, { dictionary: Buffer.from('abc') }),
    ];
    for (const bytes of [...strange, ...other]) expect(inflate(bytes, 65_536)).toBeUndefined();
  });

  test('stops a bomb at the limit', () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    expect(inflate(bomb, 65_536)).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(inflate(bytes, 1000)?.length ?? 0).toBeLessThanOrEqual(1000);
      }),
    );
  });
});
