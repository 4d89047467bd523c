// Runs `doctor` on a machine of a test's own and reads its findings.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freePort } from '../../fakes/mosquitto.ts';
import { dataFolder } from '../../fakes/record.ts';
import { runProgram } from '../program.ts';

export interface Result {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'failure';
  readonly found: string;
  readonly cure?: string;
}

/** A configuration file in a folder of its own; the broker listens where nobody else does. */
export async function configured(configuration: object = {}): Promise<string> {
  const file = join(dataFolder(), 'gate-reader.yaml');
  const uplink = { listen: `127.0.0.1:${await freePort()}` };
  const base = { site: 'a', reader: 'b', language: 'en', console: 'off', scanners: [{ id: 'stdin', kind: 'stdin' }], uplink };
  writeFileSync(file, JSON.stringify({ ...base, ...configuration }));
  return file;
}

export async function examine(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: unknown; results: Result[]; of: (check: string) => Result }> {
  const { code, stdout, stderr } = await runProgram(['doctor', '--json', ...words], { environment });
  expect(stderr).toBe('');
  const results = JSON.parse(stdout) as Result[];
  for (const { status, cure } of results) expect(cure === undefined).toBe(status === 'ok');
  const of = (check: string): Result =>
    results.find((result) => result.check === check) ?? { check, status: 'failure', found: `no check ${check}` };
  return { code, results, of };
}

/** Looks at one part of a machine on which only that part is wrong; the exit code must say what the worst finding is. */
export async function only(check: string, configuration: object = {}, data = dataFolder()): Promise<Result> {
  const { code, results, of } = await examine(['--config', await configured(configuration), '--data', data]);
  const statuses = results.map(({ status }) => status);
  expect(code).toBe(statuses.includes('failure') ? 2 : statuses.includes('warning') ? 1 : 0);
  return of(check);
}
