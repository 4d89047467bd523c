// The public key that details are sealed to: X25519 or P-256, as a JWK or a PEM file, and never a private one.

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The recipient's key can't be used; the message names the file, what was found and what was wanted. */
export class RecipientError extends Error {
  override readonly name = 'RecipientError';
}

/** @throws RecipientError */
export function recipientKey(file: string): KeyObject {
  const refuse = (found: string) =>
    new RecipientError(`recipient key ${file}: found ${found}, wanted a public X25519 or P-256 key as JWK or PEM`);
  let key: KeyObject;
  try {
    const text = readFileSync(file, 'utf8');
    if (/PRIVATE|"d"\s*:/.test(text)) throw refuse('a private key, which must not be on a kiosk');
    key = text.trimStart().startsWith('{')
      ? createPublicKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
      : createPublicKey(text);
  } catch (error) {
    throw error instanceof RecipientError ? error : refuse('no readable key');
  }
  const fits =
    key.asymmetricKeyType === 'x25519' ||
    (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1');
  if (!fits) throw refuse(`a key of type ${key.asymmetricKeyType ?? 'unknown'}`);
  return key;
}
