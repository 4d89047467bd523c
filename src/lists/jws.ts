// The signature of a list: its envelope (system/jws.ts) was signed by one of the given keys. Nothing of the payload is looked at
// before that is proven.

import { createPublicKey, type KeyObject, verify } from 'node:crypto';

import { type Envelope, takeApart } from '../system/jws.ts';
import { jwkThumbprint, type PublicJwk } from '../system/secrets.ts';
import type { RefusalReason } from './refusal.ts';

/** The largest list taken in, 24 MiB: about 100,000 roster entries. */
export const MOST_LIST_BYTES = 24 * 1024 * 1024;

type Opened = { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly reason: RefusalReason };

/** Opens an envelope that one of `issuers` signed. */
export function openJws(bytes: Buffer, issuers: readonly PublicJwk[]): Opened {
  const opened = takeApart(bytes, MOST_LIST_BYTES);
  if (!opened.ok) return opened;
  const key = issuers.map(publicKey).find((one) => jwkThumbprint(one) === opened.envelope.kid);
  if (key === undefined) return { ok: false, reason: 'unknown-issuer' };
  const holds = verify(null, opened.envelope.signed, key, opened.envelope.signature);
  return holds ? opened : { ok: false, reason: 'bad-signature' };
}

/** The key of a JWK; optional members play no part. */
const publicKey = ({ kty, crv, x }: PublicJwk): KeyObject => createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
