// Certificates as the office makes them: with scripts/certificates, in a folder of the test's own.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/certificates', import.meta.url));

export interface Pair {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Office {
  readonly folder: string;
  readonly caFile: string;
  readonly crlFile: string;
  /** Runs the script on this folder: `make('reader', 'site', 'reader')`; the exit code and what it said. */
  make(what: string, ...words: string[]): { code: number | null; said: string };
  /** As `make`, where it must work: the files at this name. */
  pair(file: string, what: string, ...words: string[]): Pair;
}

/** An authority in a new folder. */
export function office(): Office {
  const folder = mkdtempSync(join(tmpdir(), 'office-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const make = (what: string, ...words: string[]): { code: number | null; said: string } => {
    const { status, stderr } = spawnSync(SCRIPT, [what, folder, ...words], { encoding: 'utf8' });
    return { code: status, said: stderr };
  };
  const orThrow = (what: string, ...words: string[]): void => {
    const { code, said } = make(what, ...words);
    if (code !== 0) throw new Error(`scripts/certificates ${what}: exit ${code}: ${said}`);
  };
  orThrow('authority', 'Gates of a school');
  return {
    folder,
    caFile: join(folder, 'ca.pem'),
    crlFile: join(folder, 'ca.crl'),
    make,
    pair(file, what, ...words) {
      orThrow(what, ...words);
      return { certFile: join(folder, `${file}.pem`), keyFile: join(folder, `${file}.key`) };
    },
  };
}
