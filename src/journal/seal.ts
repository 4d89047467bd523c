// Seals: the reader's signature that closes a run of events. A seal is a compact JWS (RFC 7515, EdDSA of RFC 8037):
//
//   base64url({"alg":"EdDSA","kid":thumbprint}) . base64url({"source","epoch","from","to","hash"}) . base64url(signature)
//
// `hash` is that of event `to`; by the chain it stands for every event before. Any JOSE library verifies it.

import { type KeyObject, sign, verify } from 'node:crypto';

export interface SealedRun {
  readonly source: string;
  readonly epoch: string;
  readonly from: string;
  readonly to: string;
  readonly hash: string;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function makeSeal(run: SealedRun, key: KeyObject, kid: string): string {
  const signed = `${encode({ alg: 'EdDSA', kid })}.${encode(run)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/** Whether `seal` is a signature by `key` over exactly this run; false for anything malformed. */
export function sealHolds(seal: string, run: SealedRun, key: KeyObject): boolean {
  const [header, payload, signature, ...rest] = seal.split('.');
  if (header === undefined || payload !== encode(run) || signature === undefined || rest.length > 0) return false;
  return verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
}
