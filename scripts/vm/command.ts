// One command of the host, run to its end: its standard output, or an error with the command and its last words.

import { spawnSync } from 'node:child_process';

export interface Surroundings {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

const OUTPUT_BYTES_MAX = 64 * 1_048_576;
const WORDS_KEPT = 2_000;

/** @throws Error when the command is missing or ends with anything but 0 */
export function command(name: string, args: readonly string[], { cwd, environment }: Surroundings = {}): string {
  const { status, signal, stdout, stderr, error } = spawnSync(name, args, {
    cwd,
    env: { ...process.env, LC_ALL: 'C', ...environment },
    encoding: 'utf8',
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (error !== undefined) throw new Error(`${name}: ${error.message}`);
  if (status !== 0) {
    throw new Error(
      `${[name, ...args].join(' ')} ended with ${String(signal ?? status)}\n${(stdout + stderr).slice(-WORDS_KEPT)}`,
    );
  }
  return stdout;
}
