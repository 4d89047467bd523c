// The test bench's command line. Anything unknown is refused.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ARCHITECTURES, type ArchitectureName } from './architecture.ts';

export interface BenchOptions {
  /** What the machines are made of. */
  readonly architecture: ArchitectureName;
  /** What was downloaded and built is kept in here, nothing of it is ever committed. */
  readonly cache: string;
  /** Names of checks; empty: all of them. */
  readonly only: readonly string[];
  /** A machine is ended after so many seconds, whatever it does. */
  readonly timeoutS: number;
  /** The guest's console is shown, also when all is well. */
  readonly verbose: boolean;
}

export const USAGE = `Usage: npm run test:vm -- [--arch amd64|arm64] [--only CHECK]... [--cache FOLDER] [--timeout SECONDS] [--verbose]

  npm run test:vm                           every check on this machine's own architecture; some minutes
  npm run test:vm -- --arch arm64           the same program on an emulated 64-bit ARM machine and a Raspberry Pi 3; slower
  npm run test:vm -- --only onoff --verbose one check, with what the machine's console says`;
const TIMEOUT_S = 600;

/** `checksOf`: every name that `--only` may say. @throws Error that says what is wrong */
export function readOptions(
  words: readonly string[],
  checksOf: (architecture: ArchitectureName) => readonly string[],
): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      arch: { type: 'string', default: 'amd64' },
      cache: { type: 'string', default: join(homedir(), '.cache', 'gate-reader-vm') },
      only: { type: 'string', multiple: true, default: [] },
      timeout: { type: 'string', default: String(TIMEOUT_S) },
      verbose: { type: 'boolean', default: false },
    },
  });
  const architecture = (Object.keys(ARCHITECTURES) as ArchitectureName[]).find((name) => name === values.arch);
  if (architecture === undefined) throw new Error(`--arch ${values.arch}: wanted ${Object.keys(ARCHITECTURES).join(' or ')}`);
  const checks = checksOf(architecture);
  for (const name of values.only) {
    if (!checks.includes(name)) throw new Error(`--only ${name}: wanted one of ${checks.join(', ')}`);
  }
  const timeoutS = Number(values.timeout);
  if (!Number.isInteger(timeoutS) || timeoutS < 1)
    throw new Error(`--timeout ${values.timeout}: wanted whole seconds, 1 or more`);
  return { architecture, cache: values.cache, only: values.only, timeoutS, verbose: values.verbose };
}
