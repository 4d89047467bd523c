// When certificates end. A file may hold several, one after the other (PEM): the first to end counts.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** Milliseconds since 1970. @throws where the file can't be read or holds no certificate. */
export function certificateEndMs(file: string): number {
  const content = readFileSync(file);
  const blocks = content.toString('latin1').match(BLOCK) ?? [content];
  return Math.min(...blocks.map((block) => Date.parse(new X509Certificate(block).validTo)));
}
