// Keys on a real file system, and the derivations against independent answers.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jwkThumbprint, pseudonyms, publicJwk, readerKey, SecretError, siteKey } from '../../src/system/secrets.ts';

let dataFolder: string;

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'gate-reader-secrets-'));
});

afterEach(() => rmSync(dataFolder, { recursive: true }));

function faultOf(call: () => unknown): SecretError {
  try {
    call();
  } catch (error) {
    if (error instanceof SecretError) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('siteKey', () => {
  test('makes 32 random bytes of mode 0600 at first start and reads the same ever after', () => {
    const first = siteKey({ dataFolder });
    expect(first).toHaveLength(32);
    expect(statSync(join(dataFolder, 'site.key')).mode & 0o777).toBe(0o600);
    expect(siteKey({ dataFolder }).equals(first)).toBe(true);
    expect(readdirSync(dataFolder)).toEqual(['site.key']);
    const other = join(dataFolder, 'other');
    mkdirSync(other);
    expect(siteKey({ dataFolder: other }).equals(first)).toBe(false);
  });

  test('reads a given file, also one that a group may read, and makes nothing', () => {
    const file = join(dataFolder, 'given');
    writeFileSync(file, Buffer.alloc(32, 7), { mode: 0o640 });
    expect(siteKey({ file, dataFolder }).equals(Buffer.alloc(32, 7))).toBe(true);
    expect(readdirSync(dataFolder)).toEqual(['given']);
  });

  test('never makes a given file that is absent', () => {
    const fault = faultOf(() => siteKey({ file: join(dataFolder, 'absent'), dataFolder }));
    expect(fault.code).toBe('unreadable');
    expect(fault.message).toContain('ENOENT');
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  test('refuses a file that others can read and names the cure', () => {
    siteKey({ dataFolder });
    const path = join(dataFolder, 'site.key');
    chmodSync(path, 0o640);
    const own = faultOf(() => siteKey({ dataFolder }));
    expect(own).toMatchObject({ code: 'too-open', path });
    expect(own.message).toContain(`mode 0640 lets others read it; run: chmod 600 ${path}`);
    chmodSync(path, 0o604);
    expect(faultOf(() => siteKey({ file: path, dataFolder })).message).toContain(`run: chmod o= ${path}`);
  });

  test('refuses a data folder in which everybody may exchange the key, but not one that has the sticky bit', () => {
    siteKey({ dataFolder });
    chmodSync(dataFolder, 0o777);
    const path = join(dataFolder, 'site.key');
    const fault = faultOf(() => siteKey({ dataFolder }));
    expect(fault).toMatchObject({ code: 'exchangeable', path });
    expect(fault.message).toContain(`run: chmod o-w ${dataFolder}`);
    expect(siteKey({ file: path, dataFolder: '/absent' })).toHaveLength(32);
    chmodSync(dataFolder, 0o1777);
    expect(siteKey({ dataFolder })).toHaveLength(32);
  });

  test.each([0, 31, 33, 64])('refuses a file of %i bytes and says what was wanted', (size) => {
    const path = join(dataFolder, 'site.key');
    writeFileSync(path, Buffer.alloc(size, 0x41), { mode: 0o600 });
    const fault = faultOf(() => siteKey({ dataFolder }));
    expect(fault.code).toBe('malformed');
    expect(fault.message).toContain(`found ${size} bytes, wanted exactly 32`);
    expect(readFileSync(path)).toHaveLength(size);
  });

  test('says that it could not make a key in a folder that is not there', () => {
    expect(faultOf(() => siteKey({ dataFolder: join(dataFolder, 'absent') })).code).toBe('unwritable');
  });
});

describe('readerKey', () => {
  test('makes an Ed25519 key of mode 0600 that signs, and reads the same ever after', () => {
    const key = readerKey(dataFolder);
    const path = join(dataFolder, 'reader.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/u);
    const signature = sign(null, Buffer.from('seal'), key);
    expect(verify(null, Buffer.from('seal'), createPublicKey(readerKey(dataFolder)), signature)).toBe(true);
  });

  test.each([0o640, 0o620, 0o604, 0o644, 0o601])('refuses its file with mode %o, also behind a link', (mode) => {
    readerKey(dataFolder);
    const path = join(dataFolder, 'reader.key');
    chmodSync(path, mode);
    expect(faultOf(() => readerKey(dataFolder))).toMatchObject({ code: 'too-open', path });
    const linked = join(dataFolder, 'linked');
    mkdirSync(linked);
    symlinkSync(path, join(linked, 'reader.key'));
    expect(faultOf(() => readerKey(linked)).code).toBe('too-open');
    chmodSync(path, 0o600);
    expect(readerKey(linked).equals(readerKey(dataFolder))).toBe(true);
  });

  test('refuses what is no Ed25519 key and leaves it alone', () => {
    const path = join(dataFolder, 'reader.key');
    writeFileSync(path, 'not a key', { mode: 0o600 });
    expect(faultOf(() => readerKey(dataFolder))).toMatchObject({ code: 'malformed' });
    expect(readFileSync(path, 'utf8')).toBe('not a key');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(faultOf(() => readerKey(dataFolder)).message).toContain('found ec, wanted an Ed25519');
  });
});

describe('pseudonyms', () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);

  // Python 3: base64.b32encode(hmac.new(bytes(range(32)), kind + b'\0' + identifier, 'sha256').digest())[:26]
  test('ref gives the known answers for text, bytes and text beyond ASCII', () => {
    const { ref } = pseudonyms(key);
    expect(ref('cccd', '001099000001')).toBe('R24V6J3446QV2CPNLOGQJ6HJZW');
    expect(ref('pass', Uint8Array.of(0, 255, 1, 254, 2, 253, 3, 252))).toBe('M6LUNUVDQWBLJHYHR2KLHD4LBH');
    expect(ref('national-qr', 'Ộ1')).toBe('MCJSJBJ5NBNGCPOHW7KHVQILSQ');
  });

  test('ref differs by kind and by site', () => {
    const { ref } = pseudonyms(key);
    expect(ref('token', '001099000001')).not.toBe(ref('cccd', '001099000001'));
    expect(pseudonyms(new Uint8Array(32)).ref('cccd', '001099000001')).not.toBe(ref('cccd', '001099000001'));
  });

  test('fingerprint is stable in one process and means nothing in another', () => {
    const one = pseudonyms(key);
    const code = Buffer.from('001099000001||');
    expect(one.fingerprint(code)).toBe(one.fingerprint(Buffer.from(code)));
    expect(one.fingerprint(code)).not.toBe(one.fingerprint(Buffer.from('001099000002||')));
    expect(pseudonyms(key).fingerprint(code)).not.toBe(one.fingerprint(code));
  });
});

describe('jwkThumbprint', () => {
  // RFC 8037, appendix A.1 to A.3.
  const key = createPrivateKey({
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
    format: 'jwk',
  });

  test('is that of RFC 8037 for its key, from either half', () => {
    expect(jwkThumbprint(key)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(jwkThumbprint(createPublicKey(key))).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  test('publicJwk never carries the private half', () => {
    expect(publicJwk(key)).toEqual({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' });
  });

  test('publicJwk throws for a key of another type', () => {
    expect(() => publicJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).toThrow(TypeError);
  });
});
