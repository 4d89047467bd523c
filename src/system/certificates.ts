// When certificates end. A file may hold several, one after the other (PEM): the first to end counts.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** Milliseconds since 1970. @throws where the file can't be read, holds no certificate, or one whose end is no time. */
export function certificateEndMs(file: string): number {
  const content = readFileSync(file);
  const blocks = content.toString('latin1').match(BLOCK) ?? [content];
  const endMs = Math.min(...blocks.map((block) => new X509Certificate(block).validToDate.getTime()));
  // OpenSSL reads a certificate whose times are none: it would be told of as one that never ends.
  if (Number.isNaN(endMs)) throw new RangeError(`the certificate ${file} ends at no time that there is; fetch it again`);
  return endMs;
}
