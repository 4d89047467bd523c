// An issuer for one benchmark: a new key, the file by which readers trust it, and signed lists of any size.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListName } from '../../src/admission/ports.ts';
import { crockford } from '../../src/commands/token.ts';
import { signJws } from '../../src/system/jws.ts';
import { pseudonyms, siteKey } from '../../src/system/secrets.ts';
import { issuerKey } from '../../src/trust/issuers.ts';
import { SITE } from './daemon.ts';

const DAY_MS = 86_400_000;
const TOKEN_BYTES = 16;
const REF_CHARACTERS = 26;

export interface Issuer {
  readonly key: KeyObject;
  /** JWK Set, for `trust.issuers`. */
  readonly file: string;
}

export function makeIssuer(folder: string): Issuer {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const file = join(folder, 'trust.json');
  writeFileSync(file, JSON.stringify({ keys: [issuerKey(key).jwk] }));
  return { key, file };
}

export interface Pupil {
  /** The whole code, `GT1:` and 26 characters. */
  readonly token: string;
  /** By the site key of the data folder it was made for. */
  readonly ref: string;
}

/** Makes the folder and its site key where they are not there; the tokens are spread over their whole range, and differ. */
export function pupilsOf(dataFolder: string, count: number): Pupil[] {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const { ref } = pseudonyms(siteKey({ dataFolder }));
  return Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.alloc(TOKEN_BYTES);
    // Knuth's multiplicative hash: neighbours end up far from each other, as random tokens do.
    bytes.writeUInt32BE((index * 2_654_435_761) % 2 ** 32);
    bytes.writeUInt32BE(index, TOKEN_BYTES - 4);
    const number = crockford(bytes);
    return { token: `GT1:${number}`, ref: ref('token', number) };
  });
}

/** A roster as a school's office would write it: who, from when, until when. `label` is the same for all, without names. */
export function signedRoster({ key }: Issuer, pupils: readonly Pupil[], { version, label }: { version: number; label: string }) {
  const from = new Date(Date.now() - DAY_MS).toISOString();
  const until = new Date(Date.now() + 300 * DAY_MS).toISOString();
  return signedList(key, {
    list: 'roster',
    version,
    entries: pupils.map(({ ref }, index) => ({
      ref,
      holder: 'pupil',
      label,
      person: `P${String(index).padStart(6, '0')}`,
      from,
      until,
    })),
  });
}

/** Revocations of codes that nobody presents. */
export function signedRevocations({ key }: Issuer, count: number): string {
  const entries = Array.from({ length: count }, (_, index) => {
    const letters = Array.from(String(index), (digit) => 'ABCDEFGHIJ'.charAt(Number(digit))).join('');
    return { ref: `REVOKED${letters.padStart(REF_CHARACTERS - 7, 'A')}` };
  });
  return signedList(key, { list: 'revoked', version: 1, entries });
}

function signedList(key: KeyObject, content: { list: ListName; version: number; entries: readonly object[] }): string {
  const { list, version, entries } = content;
  const issued = new Date().toISOString();
  const expires = new Date(Date.now() + 30 * DAY_MS).toISOString();
  return signJws(JSON.stringify({ list, site: SITE, version, issued, expires, entries }), key);
}
