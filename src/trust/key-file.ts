// Files of Ed25519 keys: made once and never overwritten, read back whole. Guarantees: a private key is written 0600 and is
// not used while others can read its file.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';

import { causeOf, TrustError } from './fault.ts';

const MODE = 0o600;
const GROUP_AND_OTHERS = 0o077;

/**
 * Makes a new Ed25519 key at `path` (PKCS #8, PEM, mode 0600).
 *
 * @returns the private key
 * @throws TrustError `exists` where anything is there already, `unwritable`
 */
export function makeKeyFile(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  let fd: number | undefined;
  try {
    fd = openSync(path, 'wx', MODE);
    writeSync(fd, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    fsyncSync(fd);
    return privateKey;
  } catch (cause) {
    if (fd !== undefined) unlinkSync(path);
    const found = causeOf(cause);
    if (found === 'EEXIST') {
      const message = `making the key ${path}: it exists, and a key is never overwritten; name another file, or move it away`;
      throw new TrustError({ code: 'exists', path, found, message }, cause);
    }
    const message = `making the key ${path}: ${found}; name a file in a folder that this user can write`;
    throw new TrustError({ code: 'unwritable', path, found, message }, cause);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * The private key that signs, from PKCS #8 PEM or a private JWK.
 *
 * @throws TrustError `unreadable`, `malformed`, `encrypted`, `not-private`, `too-open`
 */
export function readSigningKey(path: string): KeyObject {
  const key = readKeyFile(path);
  if (key.type !== 'private') {
    const message = `key ${path}: found a public key, wanted the private one that signs; gate-reader key new makes a pair`;
    throw new TrustError({ code: 'not-private', path, found: 'a public key', message });
  }
  const mode = statSync(path).mode & 0o777;
  if ((mode & GROUP_AND_OTHERS) === 0) return key;
  const found = `0${mode.toString(8).padStart(3, '0')}`;
  const message = `key ${path}: mode ${found} lets others read it; run: chmod 600 ${path} - and make a new key if they may have`;
  throw new TrustError({ code: 'too-open', path, found, message });
}

/**
 * The Ed25519 key of a file, private or public: PEM (PKCS #8, SPKI) or a JWK.
 *
 * @throws TrustError `unreadable`, `malformed`, `encrypted`
 */
export function readKeyFile(path: string): KeyObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const found = causeOf(cause);
    const message = `reading the key ${path}: ${found}; name a file that this user can read`;
    throw new TrustError({ code: 'unreadable', path, found, message }, cause);
  }
  if (text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')) {
    const message = `key ${path}: it needs a passphrase, which this program does not ask for; decrypt it with: openssl pkey -in ${path}`;
    throw new TrustError({ code: 'encrypted', path, found: 'an encrypted key', message });
  }
  const key = parseKey(text);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  const found = key?.asymmetricKeyType ?? 'no key';
  const message = `key ${path}: found ${found}, wanted an Ed25519 key in PEM or as a JWK; gate-reader key new makes one`;
  throw new TrustError({ code: 'malformed', path, found, message });
}

function parseKey(text: string): KeyObject | undefined {
  try {
    if (text.trimStart().startsWith('{')) {
      const key = JSON.parse(text) as JsonWebKey;
      return key.d === undefined ? createPublicKey({ key, format: 'jwk' }) : createPrivateKey({ key, format: 'jwk' });
    }
    return text.includes('PRIVATE KEY-----') ? createPrivateKey(text) : createPublicKey(text);
  } catch {
    return undefined;
  }
}
