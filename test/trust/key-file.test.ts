// Key files: made once, closed to others, and read back in every form that people have.

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { TrustError } from '../../src/trust/fault.ts';
import { makeKeyFile, readKeyFile, readSigningKey } from '../../src/trust/key-file.ts';
import { dataFolder } from '../fakes/record.ts';

function faultOf(work: () => unknown): TrustError {
  try {
    work();
  } catch (error) {
    if (error instanceof TrustError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

function written(content: string, mode = 0o600): string {
  const path = join(dataFolder(), 'key');
  writeFileSync(path, content, { mode });
  return path;
}

describe('makeKeyFile', () => {
  test('makes a key that nobody else can read, whatever the umask, and that signs', () => {
    const path = join(dataFolder(), 'issuer.key');
    const umask = process.umask(0);
    const key = makeKeyFile(path);
    process.umask(umask);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readSigningKey(path).equals(key)).toBe(true);
  });

  test('overwrites nothing: a key, an empty file, a link to nowhere', () => {
    const folder = dataFolder();
    const [key, link, target] = [join(folder, 'key'), join(folder, 'link'), join(folder, 'target')];
    makeKeyFile(key);
    const before = readFileSync(key, 'utf8');
    symlinkSync(target, link);
    for (const path of [key, link, folder]) expect(faultOf(() => makeKeyFile(path))).toMatchObject({ code: 'exists', path });
    expect(readFileSync(key, 'utf8')).toBe(before);
    expect(statSync(target, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('says what the system refused', () => {
    expect(faultOf(() => makeKeyFile('/nowhere/key'))).toMatchObject({ code: 'unwritable', found: 'ENOENT' });
  });
});

describe('readKeyFile', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');

  test.each([
    ['PKCS #8 PEM', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['SPKI PEM', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a private JWK', JSON.stringify(privateKey.export({ format: 'jwk' }))],
    ['a public JWK', ` \n${JSON.stringify(publicKey.export({ format: 'jwk' }))}`],
  ])('reads %s', (_, content) => {
    const key = readKeyFile(written(content));
    expect((key.type === 'private' ? createPublicKey(key) : key).equals(publicKey)).toBe(true);
  });

  const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }).toString();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  test.each([
    ['nothing', '', 'malformed'],
    ['text', 'hello', 'malformed'],
    ['broken JSON', '{', 'malformed'],
    ['a JWK Set', '{"keys":[]}', 'malformed'],
    ['an RSA key', rsa, 'malformed'],
    ['an encrypted key', encrypted, 'encrypted'],
  ])('refuses %s', (_, content, code) => {
    expect(faultOf(() => readKeyFile(written(content)))).toMatchObject({ code });
  });
});

describe('readSigningKey', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  test.each([0o640, 0o604, 0o620, 0o644])('refuses a key of mode %o, and says the cure', (mode) => {
    const path = written(pem);
    chmodSync(path, mode);
    const fault = faultOf(() => readSigningKey(path));
    expect(fault).toMatchObject({ code: 'too-open', found: `0${mode.toString(8)}` });
    expect(fault.message).toContain(`chmod 600 ${path}`);
  });

  test('takes one that only its owner can read, also read-only', () => {
    const path = written(pem);
    for (const mode of [0o600, 0o400]) {
      chmodSync(path, mode);
      expect(readSigningKey(path).equals(privateKey)).toBe(true);
    }
  });

  test('refuses a public key, a folder, and what is not there', () => {
    const path = written(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    expect(faultOf(() => readSigningKey(path)).code).toBe('not-private');
    const folder = join(dataFolder(), 'folder');
    mkdirSync(folder);
    expect(faultOf(() => readSigningKey(folder))).toMatchObject({ code: 'unreadable', found: 'EISDIR' });
    expect(faultOf(() => readSigningKey('/nowhere'))).toMatchObject({ code: 'unreadable', found: 'ENOENT' });
  });
});
