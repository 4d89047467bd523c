// What every gate shares: which files it must have seen, and how it says so. A gate that saw fewer files than git lists is red.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What git tracks, or would track once added, and is there; paths from the root. */
export function tracked(matching: RegExp): string[] {
  const { status, stdout, stderr } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`git ls-files: ${stderr}`);
  return [...new Set(stdout.split('\0'))].filter((path) => matching.test(path) && existsSync(ROOT + path));
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool of node_modules/.bin in the root of the project. */
export function tool(name: string, ...args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(`${ROOT}node_modules/.bin/${name}`, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  if (error !== undefined) throw error;
  return { status: status ?? 1, stdout, stderr };
}

/**
 * Prints the faults and how many files the gate saw; the process ends with 1 for a fault or a file that was not seen.
 *
 * @param of what is counted and who says how many there are
 */
export function conclude(gate: string, seen: number, wanted: number, faults: string, of = 'files, git lists'): void {
  if (faults.trim() !== '') process.stdout.write(`${faults.trimEnd()}\n`);
  const blind = seen === 0 || seen < wanted;
  const verdict = blind ? 'SAW TOO FEW' : faults.trim() === '' ? 'ok' : 'FAULTS';
  process.stdout.write(`${gate}: saw ${seen} ${of} ${wanted}: ${verdict}\n`);
  process.exitCode = verdict === 'ok' ? 0 : 1;
}
