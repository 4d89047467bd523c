// From an order to the code that a reader reads (CONTRACT section 4):
//
//   "VGP1:" base45( 18([ h'{1: -19, 4: kid8}', {}, h'claims', signature ]) )                 RFC 9052 COSE_Sign1, RFC 9285
//   claims  {1: iss, 4: exp, 5: nbf, 7: cti, -70001: {1: name, 2: [gate, …], 3: true, 4: kind}}            RFC 8392 CWT
//
// Claims 2 and 3 of the private map are there only where they limit the pass.

import { type KeyObject, randomBytes, sign } from 'node:crypto';

import { encode, rfc8949EncodeOptions, Tagged } from 'cborg';

import { issuerKey } from '../../trust/issuers.ts';
import { PASS_KINDS, type PassOrder } from './order.ts';

export interface Pass {
  readonly code: string;
  /** What the pass's `ref` is made of. */
  readonly cti: Uint8Array;
}

/** RFC 9864: Ed25519, named whole; EdDSA (-8) means the same and is deprecated. */
const ED25519 = -19;
const CTI_BYTES = 16;
const PRIVATE_CLAIM = -70_001;
/** Readers refuse longer codes. */
export const CODE_MAX = 1024;

/** Signs; a code of more than `CODE_MAX` characters (many gates) is the caller's to refuse. */
export function signPass(order: PassOrder, issuer: string, key: KeyObject): Pass {
  const cti = randomBytes(CTI_BYTES);
  const kid = Buffer.from(issuerKey(key).kid8, 'hex');
  const headers = cbor(
    new Map<number, unknown>([
      [1, ED25519],
      [4, kid],
    ]),
  );
  const claims = cbor(claimsOf(order, issuer, cti));
  const signature = sign(null, cbor(['Signature1', headers, new Uint8Array(0), claims]), key);
  return { code: `VGP1:${base45(cbor(new Tagged(18, [headers, new Map(), claims, signature])))}`, cti };
}

const cbor = (value: unknown): Uint8Array => encode(value, rfc8949EncodeOptions);

function claimsOf({ name, kind, from, until, gates, once }: PassOrder, issuer: string, cti: Uint8Array): Map<number, unknown> {
  const pass = new Map<number, unknown>([[1, name]]);
  if (gates.length > 0) pass.set(2, gates);
  if (once) pass.set(3, true);
  pass.set(4, PASS_KINDS.indexOf(kind) + 1);
  return new Map<number, unknown>([
    [1, issuer],
    [4, until],
    [5, from],
    [7, cti],
    [PRIVATE_CLAIM, pass],
  ]);
}

/** RFC 9285, table 1. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Two bytes are three characters, lowest first, a last single byte two. */
export function base45(bytes: Uint8Array): string {
  let text = '';
  for (let place = 0; place < bytes.length; place += 2) {
    const second = bytes[place + 1];
    let value = second === undefined ? (bytes[place] ?? 0) : (bytes[place] ?? 0) * 256 + second;
    for (let character = second === undefined ? 2 : 3; character > 0; character--) {
      text += ALPHABET.charAt(value % 45);
      value = Math.floor(value / 45);
    }
  }
  return text;
}
