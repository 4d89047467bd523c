// The keys this reader trusts and the crypto that admission/ itself has none of, over node:crypto and zlib. Guarantees: keys
// are made once, when they are read; a check never throws; a listed key adds to the file's keys and never replaces one.

import { verify } from 'node:crypto';
import { inflateSync } from 'node:zlib';

import type { Signers, Trust } from '../admission/ports.ts';
import type { TrustError } from './fault.ts';
import { readHealthSigners } from './health-signers.ts';
import { type IssuerJwk, type IssuerKey, parseIssuers, readIssuers } from './issuers.ts';

export interface TrustSources {
  /** JWK Set; absent: no issuer but the extra ones. */
  readonly issuers?: string | undefined;
  /** Folder of X.509 certificates; absent: no health certificate has a known signer. */
  readonly healthCertificates?: string | undefined;
  /** Keys that are trusted beside the file's. */
  readonly extraIssuers?: readonly IssuerKey[];
}

export interface Keyring extends Trust, Signers {
  /** Every key that may sign passes and lists now: the file's, the extra ones, the listed ones. */
  issuerKeys(): readonly IssuerJwk[];
  /** Those of them that no list added. */
  ownKeys(): readonly IssuerJwk[];
  /**
   * Replaces the keys of the signed `keys` list, whole or not at all. Whoever calls it has verified the list with a key that
   * was in `issuerKeys()`: that is the only way for a new key to come in. The file's keys stay whatever a list says.
   *
   * @returns what is wrong with the keys and that none was taken, or undefined
   */
  setListed(jwks: unknown): string | undefined;
  /**
   * Reads the files again; the listed keys stay. Whatever is wrong with them, what was trusted before stays.
   *
   * @throws TrustError as `openTrust`
   */
  reread(): void;
  /** Health signers' certificates that could not be used, each with its file and the cure. */
  readonly faults: readonly TrustError[];
}

/**
 * Reads what there is to trust.
 *
 * @throws TrustError for an issuers file that can't be used, or a certificate folder that can't be read
 */
export function openTrust(sources: TrustSources): Keyring {
  let files = readFiles(sources);
  let listed: readonly IssuerKey[] = [];
  let issuers = byKid8(files.own);
  return {
    get faults() {
      return files.health?.faults ?? [];
    },
    issuerKeys: () => [...issuers.values()].map(({ jwk }) => jwk),
    ownKeys: () => files.own.map(({ jwk }) => jwk),
    setListed(jwks) {
      const parsed = parseIssuers(jwks);
      if (!parsed.ok) return parsed.found;
      listed = parsed.keys;
      issuers = byKid8([...files.own, ...listed]);
      return undefined;
    },
    reread() {
      files = readFiles(sources);
      issuers = byKid8([...files.own, ...listed]);
    },
    checkIssuer(kid, message, signature) {
      const issuer = issuers.get(Buffer.from(kid.buffer, kid.byteOffset, kid.byteLength).toString('hex'));
      if (issuer === undefined) return 'unknown-key';
      return verify(null, message, issuer.key, signature) ? 'valid' : 'invalid';
    },
    checkSigner(kid, message, signature) {
      const issuer = [...issuers.values()].find(({ jwk }) => jwk.kid === kid);
      if (issuer === undefined) return 'unknown-key';
      return verify(null, message, issuer.key, signature) ? 'valid' : 'invalid';
    },
    checkHealthSigner: (signed) => files.health?.check(signed) ?? 'unknown-key',
    inflate,
  };
}

/** @throws TrustError */
function readFiles({ issuers, healthCertificates, extraIssuers = [] }: TrustSources) {
  return {
    own: [...(issuers === undefined ? [] : readIssuers(issuers)), ...extraIssuers],
    health: healthCertificates === undefined ? undefined : readHealthSigners(healthCertificates),
  };
}

/** Of two keys with one name the first stays: nobody takes over the name of a key that is already trusted. */
function byKid8(keys: readonly IssuerKey[]): ReadonlyMap<string, IssuerKey> {
  const map = new Map<string, IssuerKey>();
  for (const key of keys) if (!map.has(key.kid8)) map.set(key.kid8, key);
  return map;
}

/** Memory is bounded by `mostBytes`, whatever the bytes claim to hold. */
function inflate(bytes: Uint8Array, mostBytes: number): Uint8Array | undefined {
  try {
    // With `info` the types still say Buffer.
    const { buffer, engine } = inflateSync(bytes, { maxOutputLength: mostBytes, info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === bytes.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}
