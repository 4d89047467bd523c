// The project's own vectors: `npm run vectors` writes test/vectors/*.json, the same bytes in every run. Made with another CBOR
// and another signature implementation than the reader's, so that one mistake cannot be in both.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AGENCY, HEALTH_CERTIFICATES, MINISTRY } from './health-certificates.ts';
import { FAULTY_PASSES } from './pass-faults.ts';
import { DISTRICT, SCHOOL, SOUND_PASSES } from './passes.ts';
import type { Signer } from './signers.ts';
import { UNSIGNED } from './unsigned-codes.ts';
import { NOW_SECONDS, type Vector, type VectorFile } from './vector.ts';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

function file(vectors: readonly Vector[], ...signers: readonly Signer[]): string {
  const keys = signers.map(({ kid, jwk }) => ({ kid: Buffer.from(kid).toString('hex'), jwk }));
  const content: VectorFile = { wallMs: NOW_SECONDS * 1000, keys, vectors };
  return `${JSON.stringify(content, undefined, 1)}\n`;
}

/** Every vector file's text by its name. */
export function vectorFiles(): Readonly<Record<string, string>> {
  return {
    'pass.json': file([...SOUND_PASSES, ...FAULTY_PASSES], SCHOOL, DISTRICT),
    'health-certificate.json': file(HEALTH_CERTIFICATES, MINISTRY, AGENCY),
    ...Object.fromEntries(Object.entries(UNSIGNED).map(([name, vectors]) => [`${name}.json`, file(vectors)])),
  };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(vectorFiles())) {
    writeFileSync(FOLDER + name, text);
    process.stdout.write(`${name}: ${(JSON.parse(text) as VectorFile).vectors.length} vectors\n`);
  }
}
