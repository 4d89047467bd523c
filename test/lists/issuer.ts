// An issuer of lists for tests, made with another implementation (jose, Web Crypto) than the one under test.

import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

import type { ListName } from '../../src/admission/ports.ts';
import type { PublicJwk } from '../../src/system/secrets.ts';

export const SITE = 'thcs-phung-cong';
/** The clock of these tests: 2026-11-21T06:45:00+07:00. */
export const NOW_MS = Date.parse('2026-11-20T23:45:00Z');
const DAY_MS = 86_400_000;

export const at = (days: number): string => new Date(NOW_MS + days * DAY_MS).toISOString();

/** Pseudonyms that stand for nobody. */
export const refOf = (index: number): string =>
  Array.from(
    { length: 26 },
    (_, place) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Math.floor(index / 32 ** (25 - place)) % 32] ?? 'A',
  ).join('');

export interface Pupil {
  readonly ref: string;
  readonly holder: 'pupil';
  readonly label: string;
}

export const pupil = (index: number, label = `N**n T** M** ${index}`): Pupil => ({ ref: refOf(index), holder: 'pupil', label });

export const pupils = (count: number, label?: string): Pupil[] =>
  Array.from({ length: count }, (_, index) => pupil(index, label));

/** The frame of a list that is right in everything, with changes. */
export function frame(list: ListName, version: number, entries: readonly unknown[], changes: object = {}): object {
  return { list, site: SITE, version, issued: at(-1), expires: at(29), entries, ...changes };
}

export interface Issuer {
  readonly jwk: PublicJwk;
  readonly kid: string;
  /** A compact JWS over any payload; `header` adds to or replaces the protected one. */
  sign(payload: object | string | Uint8Array, header?: object): Promise<string>;
  /** The bytes of a list that is right in everything, with changes of its frame. */
  list(list: ListName, version: number, entries: readonly unknown[], changes?: object): Promise<Uint8Array>;
}

export async function makeIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '' } = await exportJWK(publicKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x } as const;
  const kid = await calculateJwkThumbprint(jwk);
  const sign: Issuer['sign'] = async (payload, header = {}) => {
    const plain = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const bytes = payload instanceof Uint8Array ? payload : new TextEncoder().encode(plain);
    return await new CompactSign(bytes).setProtectedHeader({ alg: 'EdDSA', kid, ...header }).sign(privateKey);
  };
  return {
    jwk,
    kid,
    sign,
    list: async (list, version, entries, changes) => bytesOf(await sign(frame(list, version, entries, changes))),
  };
}

/** Bytes that own their buffer, as the uplink hands them over. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
