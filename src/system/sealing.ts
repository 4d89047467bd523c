// Sealing details to the authority: a compact JWE (RFC 7516) that neither this kiosk nor the broker can open again.
//
//   header {"alg":"ECDH-ES","enc":"A256GCM","kid":thumbprint,"epk":…} . (no key) . iv . ciphertext . tag
//
// The recipient's public key is X25519 or P-256, as a JWK or a PEM file; a fresh key pair for every event.

import { calculateJwkThumbprint, CompactEncrypt } from 'jose';

import { recipientKey } from './recipient.ts';

/** Seals one holder's details; rejects never: what can't be sealed is not sent. */
export type Seal = (details: Readonly<Record<string, string>>) => Promise<string | undefined>;

/** @throws RecipientError */
export async function sealTo(file: string, failed: (message: string) => void): Promise<Seal> {
  const key = recipientKey(file);
  const kid = await calculateJwkThumbprint(key.export({ format: 'jwk' }));
  return async (details) => {
    try {
      return await new CompactEncrypt(Buffer.from(JSON.stringify(details)))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid, cty: 'application/json' })
        .encrypt(key);
    } catch (error) {
      failed(`details could not be sealed (${error instanceof Error ? error.name : 'unknown'}); the event goes without them`);
      return undefined;
    }
  };
}
