// Random-looking bytes that are the same in every run: a hash of a fixed seed and a label, so that a new case changes no other.

import { createHash } from 'node:crypto';

const SEED = 'gate-reader vectors 1';

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** `length` bytes that belong to `label`. */
export function seeded(label: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) {
    const block = sha256(Buffer.from(`${SEED}/${label}/${at}`));
    bytes.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  return bytes;
}
