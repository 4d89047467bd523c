// One command of the program, run as a person or a script runs it: words in, streams and exit code out.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import { dataFolder } from '../fakes/record.ts';

export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Ended {
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Standard input; default: empty. `open`: the test writes and ends it itself. */
  readonly input?: string | Uint8Array | { readonly open: true };
  readonly environment?: NodeJS.ProcessEnv;
  /** User to run as; needs root. */
  readonly uid?: number;
}

/** An environment in which nothing of the machine's own configuration shows, and the home is a test's. */
export const cleanEnvironment = (home = dataFolder()): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  LANG: 'C',
});

/** Starts it; killed with the test if it has not ended. */
export function startProgram(words: readonly string[], { input = '', environment = {}, uid }: RunOptions = {}) {
  const env = { ...cleanEnvironment(), ...environment };
  const child = spawn(process.execPath, [CLI, ...words], { env, ...(uid === undefined ? {} : { uid, gid: uid }) });
  onTestFinished(() => void child.kill('SIGKILL'));
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  if (typeof input === 'string' || input instanceof Uint8Array) child.stdin.end(input);
  const said = (name: 'stdout' | 'stderr') => Buffer.concat(chunks[name]).toString();
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout: said('stdout'), stderr: said('stderr') }));
  });
  return { child, said, ended };
}

export const runProgram = (words: readonly string[], options?: RunOptions): Promise<Ended> => startProgram(words, options).ended;
