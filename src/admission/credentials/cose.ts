// COSE_Sign1 (RFC 9052, section 4.2): the envelope of signed codes. Opening it proves its layout and nothing else.
//
//   18( [ protected: bstr .cbor { header }, unprotected: { header }, payload: bstr, signature: bstr ] )
//
// What is signed: [ "Signature1", protected as received, external data: h'', payload as received ] as CBOR.

import { encode, Tagged } from 'cborg';
import { decodeCbor, type Dialect } from './cbor.ts';

const SIGN1_TAG = 18;

/** Header labels of RFC 9052, section 3.1. */
export const ALGORITHM = 1;
export const KEY_ID = 4;

export interface Sign1 {
  /** Covered by the signature; not empty. */
  readonly protectedHeader: ReadonlyMap<unknown, unknown>;
  readonly unprotectedHeader: ReadonlyMap<unknown, unknown>;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** The bytes that the signature is over. */
  readonly message: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/** Takes the envelope apart; `undefined` for another tag, none, or another layout. */
export function openSign1(bytes: Uint8Array, dialect: Dialect): Sign1 | undefined {
  const tagged = decodeCbor(bytes, dialect, SIGN1_TAG);
  const parts: unknown = tagged instanceof Tagged ? tagged.value : undefined;
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const [header, unprotectedHeader, payload, signature] = parts as unknown[];
  if (!(header instanceof Uint8Array) || !(unprotectedHeader instanceof Map)) return undefined;
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) return undefined;
  const protectedHeader = decodeCbor(header, dialect);
  if (!(protectedHeader instanceof Map)) return undefined;
  return {
    protectedHeader,
    unprotectedHeader,
    payload,
    signature,
    message: encode(['Signature1', header, NO_BYTES, payload]),
  };
}
