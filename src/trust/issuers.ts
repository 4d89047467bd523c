// The Ed25519 keys that may sign passes and lists, out of a JWK Set (RFC 7517, RFC 8037): {"keys":[{"kty":"OKP",
// "crv":"Ed25519","x":32 bytes in base64url}, …]}. Guarantees: a set is taken whole or not at all, holds no private key and
// no key under which anybody can sign; the `kid` a file writes is not believed, it is computed.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { isSmallOrder } from '../system/ed25519.ts';
import { jwkThumbprint, publicJwk, type PublicJwk } from '../system/secrets.ts';
import { causeOf, TrustError } from './fault.ts';

/** A public key as others are told it: `kid` is the base64url of its whole RFC 7638 thumbprint, as a JWS names it. */
export interface IssuerJwk extends PublicJwk {
  readonly kid: string;
}

/** One key that may sign. */
export interface IssuerKey {
  readonly jwk: IssuerJwk;
  /** First 8 bytes of the thumbprint in hex, as a pass names it. */
  readonly kid8: string;
  readonly key: KeyObject;
}

export type ParsedIssuers =
  | { readonly ok: true; readonly keys: readonly IssuerKey[] }
  | {
      readonly ok: false;
      readonly code: 'malformed' | 'private-inside';
      /** Which key is wrong and how, without the keys themselves. */
      readonly found: string;
    };

const KID8_BYTES = 8;

/** The public half of an Ed25519 key with both its names. */
export function issuerKey(key: KeyObject): IssuerKey {
  const kid = jwkThumbprint(key);
  const kid8 = Buffer.from(kid, 'base64url').subarray(0, KID8_BYTES).toString('hex');
  return { jwk: { ...publicJwk(key), kid }, kid8, key: key.type === 'private' ? createPublicKey(key) : key };
}

/** RFC 7518, sections 6.2-6.4: members that only private and symmetric keys have. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Keys from the raw values of a JWK Set's `keys`; the first that is wrong refuses all. Never throws. */
export function parseIssuers(jwks: unknown): ParsedIssuers {
  if (!Array.isArray(jwks)) return { ok: false, code: 'malformed', found: 'no list of keys' };
  const keys: IssuerKey[] = [];
  for (const [index, jwk] of (jwks as unknown[]).entries()) {
    const place = `key ${index + 1} of ${jwks.length}`;
    if (typeof jwk !== 'object' || jwk === null) return { ok: false, code: 'malformed', found: `${place} is no object` };
    if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
      return { ok: false, code: 'private-inside', found: `a private key in ${place}` };
    }
    const key = parseIssuer(jwk);
    if (typeof key === 'string') return { ok: false, code: 'malformed', found: `${place} ${key}` };
    keys.push(key);
  }
  return { ok: true, keys };
}

/** The key, or what is wrong with it. */
function parseIssuer(jwk: { kty?: unknown; crv?: unknown; x?: unknown; use?: unknown }): IssuerKey | string {
  const { kty, crv, x, use = 'sig' } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string') return 'is no Ed25519 key';
  if (use !== 'sig') return 'is not meant for signatures (use)';
  const bytes = Buffer.from(x, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== x) return 'has an x that is not 32 bytes in base64url';
  if (isSmallOrder(bytes)) return 'is one under which anybody can sign: an example never replaced?';
  try {
    return issuerKey(createPublicKey({ key: { kty, crv, x }, format: 'jwk' }));
  } catch {
    return 'is no Ed25519 key';
  }
}

/**
 * The keys of a JWK Set file.
 *
 * @throws TrustError `unreadable`, `malformed`, `private-inside`
 */
export function readIssuers(path: string): readonly IssuerKey[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const found = causeOf(cause);
    const message = `reading the issuers ${path}: ${found}; name a file that the daemon's user can read in trust.issuers`;
    throw new TrustError({ code: 'unreadable', path, found, message }, cause);
  }
  const parsed = parseIssuers(keysOf(text));
  if (parsed.ok) return parsed.keys;
  const { code, found } = parsed;
  const cure =
    code === 'private-inside'
      ? 'take it out, make a new key if others could read it, and put the public half there: gate-reader key show FILE --jwks'
      : 'wanted a JWK Set of Ed25519 public keys: gate-reader key show FILE --jwks prints one';
  throw new TrustError({ code, path, found, message: `issuers ${path}: found ${found}; ${cure}` });
}

function keysOf(text: string): unknown {
  try {
    const set: unknown = JSON.parse(text.replace(/^\uFEFF/u, ''));
    return typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined;
  } catch {
    return undefined;
  }
}
