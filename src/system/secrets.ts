// The two keys a reader keeps in its data folder, made at first start and never overwritten, and what is derived from them.
// Guarantees: a key file is whole or absent (written aside, flushed, linked into place), 0600, and refused when others can read it.

import { createHash, createHmac, createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Pseudonyms } from '../admission/ports.ts';
import { openFolder } from './open-folder.ts';

/**
 * `too-open`: others can read it; `exchangeable`: others can put another in its place; `malformed`: not the key it should be;
 * `unreadable`, `unwritable`: the system refused.
 */
export type SecretFault = 'too-open' | 'exchangeable' | 'malformed' | 'unreadable' | 'unwritable';

/** A key that can't be used or made; the message names the file, what was found, what was wanted and the cure. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code: SecretFault;
  readonly path: string;

  constructor(code: SecretFault, path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.path = path;
  }
}

const SITE_KEY_BYTES = 32;

/**
 * The key that turns persons into pseudonyms: the 32 bytes of `file`, which every reader of a site shares, or without it
 * `site.key` of the data folder, made when absent.
 *
 * @throws SecretError
 */
export function siteKey({ file, dataFolder }: { readonly file?: string; readonly dataFolder: string }): Buffer {
  const path = file ?? join(dataFolder, 'site.key');
  if (file === undefined) makeOnce(path, () => randomBytes(SITE_KEY_BYTES));
  const bytes = readSecret(path, file === undefined ? OWN : SHARED);
  if (bytes.length === SITE_KEY_BYTES) return bytes;
  throw new SecretError(
    'malformed',
    path,
    `site key ${path}: found ${bytes.length} bytes, wanted exactly ${SITE_KEY_BYTES} raw bytes; ` +
      'copy it again from another reader of the site, or make one with: head -c 32 /dev/urandom',
  );
}

/**
 * The reader's own Ed25519 key, `reader.key` (PKCS #8, PEM) of the data folder, made when absent. It signs the journal's seals.
 *
 * @returns the private key; `createPublicKey` gives the other half
 * @throws SecretError
 */
export function readerKey(dataFolder: string): KeyObject {
  const path = join(dataFolder, 'reader.key');
  makeOnce(path, () => Buffer.from(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const key = parsePrivateKey(readSecret(path, OWN));
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new SecretError(
    'malformed',
    path,
    `reader key ${path}: found ${key?.asymmetricKeyType ?? 'no private key'}, wanted an Ed25519 private key in PKCS #8 PEM; ` +
      'restore it from a backup, or move it away and start again: a new one is made, and the centre must learn it',
  );
}

function parsePrivateKey(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/**
 * Mode bits that must be clear. A given file may belong to a group (root:gate-reader 0640, or systemd's 0440); our own may not. The
 * folder of a given one is the configuration's to check.
 */
const OWN = { forbidden: 0o077, cure: 'chmod 600', inOpenFolder: openFolder };
const SHARED = { forbidden: 0o007, cure: 'chmod o=', inOpenFolder: () => undefined };

function readSecret(path: string, { forbidden, cure, inOpenFolder }: typeof OWN | typeof SHARED): Buffer {
  let mode: number;
  let bytes: Buffer;
  let open: string | undefined;
  try {
    mode = statSync(path).mode & 0o777;
    bytes = readFileSync(path);
    open = inOpenFolder(resolve(path));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? 'an error';
    throw new SecretError(
      'unreadable',
      path,
      `reading the key ${path}: ${found}; the daemon's user must be able to read it`,
      cause,
    );
  }
  if (open !== undefined) {
    const found = `in ${open} everybody may put another file in its place`;
    throw new SecretError('exchangeable', path, `key ${path}: ${found}; run: chmod o-w ${open}`);
  }
  if ((mode & forbidden) === 0) return bytes;
  const found = `0${mode.toString(8).padStart(3, '0')}`;
  throw new SecretError(
    'too-open',
    path,
    `key ${path}: mode ${found} lets others read it; run: ${cure} ${path} - and make a new key if they may have`,
  );
}

/** Puts `content` at `path` unless something is there; of two that start together one wins and both read its key. */
function makeOnce(path: string, content: () => Buffer): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFlushed(aside, content());
    try {
      linkSync(aside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(aside);
    }
    flushFolder(join(path, '..'));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? 'an error';
    throw new SecretError(
      'unwritable',
      path,
      `making the key ${path}: ${found}; the daemon's user must own its data folder`,
      cause,
    );
  }
}

function writeFlushed(path: string, content: Buffer): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes the folder's new entry as durable as the file. */
export function flushFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const REF_CHARACTERS = 26;

/**
 * The keyed one-way functions over what was presented. `ref` is stable for a site key; `fingerprint` is stable for this value
 * alone, because its key is random and never leaves memory.
 */
export function pseudonyms(key: Uint8Array): Pseudonyms {
  const site = createSecretKey(key);
  const passing = createSecretKey(randomBytes(SITE_KEY_BYTES));
  return {
    ref: (kind, identifier) => {
      const hmac = createHmac('sha256', site).update(`${kind}\0`, 'utf8');
      hmac.update(typeof identifier === 'string' ? Buffer.from(identifier, 'utf8') : identifier);
      return base32(hmac.digest()).slice(0, REF_CHARACTERS);
    },
    fingerprint: (bytes) => createHmac('sha256', passing).update(bytes).digest('base64'),
  };
}

/** RFC 4648, section 6, upper case, without padding. */
function base32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31);
  }
  return bits === 0 ? text : text + alphabet.charAt((held << (5 - bits)) & 31);
}

/** An Ed25519 public key as others exchange it (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** The 32 bytes in base64url. */
  readonly x: string;
}

/**
 * The public half of an Ed25519 key as a JWK without optional members.
 *
 * @throws TypeError for a key of another type: the caller chose it, so that is a mistake in the program
 */
export function publicJwk(key: KeyObject): PublicJwk {
  const { kty, crv, x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) throw new TypeError('wanted an Ed25519 key');
  return { kty, crv, x };
}

/** The key's SHA-256 thumbprint in base64url, 43 characters (RFC 7638, with the members RFC 8037 names, in their order). */
export function jwkThumbprint(key: KeyObject): string {
  return thumbprintOf(publicJwk(key));
}

/** The same of a JWK whose members are sound. */
export function thumbprintOf({ crv, kty, x }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
