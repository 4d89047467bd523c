// The envelope of what issuers sign for MQTT - lists and commands: a compact JWS (RFC 7515) with Ed25519 (RFC 8037), nothing else.
// Taking it apart proves nothing about the signature yet: whoever does it checks that before looking at the payload.
//
//   BASE64URL({"alg":"EdDSA","kid":base64url of the 32-byte RFC 7638 thumbprint}) "." BASE64URL(payload) "." BASE64URL(64 bytes)
//
// `typ` may stand in the header; any other parameter (crit, b64, jwk, x5u ...) is refused. White space after the end is not
// part of it: editors and `echo` put it there.

import { type KeyObject, sign } from 'node:crypto';

import { jwkThumbprint } from './secrets.ts';

/** What can be wrong with the envelope. `unsigned`: plain JSON, `alg: none` or no signature. */
export type JwsFault = 'too-large' | 'malformed' | 'unsigned' | 'wrong-algorithm' | 'unknown-issuer';

const MOST_HEADER_CHARACTERS = 1024;
const SIGNATURE_BYTES = 64;
const DOT = 0x2e;
const BRACE = 0x7b;

export interface Envelope {
  /** The signer's whole thumbprint. */
  readonly kid: string;
  readonly payload: Buffer;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export type TakenApart = { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly reason: JwsFault };

/** The bytes without white space at the end. */
export function withoutEnd(bytes: Uint8Array): Buffer {
  let end = bytes.length;
  while (end > 0 && [0x0a, 0x0d, 0x20, 0x09].includes(bytes[end - 1] ?? 0)) end -= 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end);
}

/** Takes an envelope of at most `mostBytes` apart. `bytes` as `withoutEnd` gives them. */
export function takeApart(bytes: Buffer, mostBytes: number): TakenApart {
  if (bytes.length > mostBytes) return refused('too-large');
  if (bytes[0] === BRACE) return refused('unsigned');
  const first = bytes.indexOf(DOT);
  const last = bytes.lastIndexOf(DOT);
  if (first < 1 || first > MOST_HEADER_CHARACTERS || last <= first + 1) return refused('malformed');
  if (bytes.indexOf(DOT, first + 1) !== last) return refused('malformed');
  const header = parseHeader(decoded(bytes, 0, first));
  if (header === undefined) return refused('malformed');
  if (header['alg'] === 'none' || last === bytes.length - 1) return refused('unsigned');
  if (header['alg'] !== 'EdDSA') return refused('wrong-algorithm');
  if (Object.keys(header).some((name) => !['alg', 'kid', 'typ'].includes(name))) return refused('malformed');
  const payload = decoded(bytes, first + 1, last);
  const signature = decoded(bytes, last + 1, bytes.length);
  if (payload === undefined || signature?.length !== SIGNATURE_BYTES) return refused('malformed');
  // No signature protects its own last character's spare bits: one list has one form.
  if (signature.toString('base64url') !== bytes.toString('latin1', last + 1)) return refused('malformed');
  const kid = header['kid'];
  if (typeof kid !== 'string') return refused('unknown-issuer');
  return { ok: true, envelope: { kid, payload, signed: bytes.subarray(0, last), signature } };
}

/** Signs `payload`; @throws TypeError for a key that is not Ed25519 */
export function signJws(payload: string, key: KeyObject): string {
  const header = JSON.stringify({ alg: 'EdDSA', kid: jwkThumbprint(key) });
  const signed = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

function refused(reason: JwsFault): TakenApart {
  return { ok: false, reason };
}

/** Node's decoder skips what is not in the alphabet: then fewer bytes come out. */
function decoded(bytes: Buffer, start: number, end: number): Buffer | undefined {
  const text = bytes.toString('latin1', start, end);
  const value = Buffer.from(text, 'base64url');
  return text.length % 4 !== 1 && value.length === Math.floor((text.length * 3) / 4) ? value : undefined;
}

function parseHeader(bytes: Buffer | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
