// `npm run fuzz` itself, over a real process: other inputs each time, the same ones for the same seed, and commands that repeat.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { findingText } from '../../scripts/fuzz/report.ts';
import { dataFolder } from '../fakes/record.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/fuzz/run.ts', import.meta.url));
const run = promisify(execFile);

async function table(...words: readonly string[]) {
  const { stdout } = await run(process.execPath, [SCRIPT, ...words]);
  const [head = '', , ...lines] = stdout.trim().split('\n');
  const seed = Number(/seed (\d+)/u.exec(head)?.[1]);
  // Without the inputs per second and the heap.
  const figures = lines.slice(0, -1).map((line) => line.trim().split(/\s+/u).toSpliced(3, 1).slice(0, -1));
  return { seed, figures, last: lines.at(-1) };
}

test('the same seed gives the same inputs, and none gives others each time', { timeout: 60_000 }, async () => {
  const [first, second] = [await table('--only', 'base45,time', '--runs', '200'), await table('--only', 'base45', '--runs', '1')];
  expect(first.last).toBe('no findings');
  expect(first.figures.map(([name, seed, runs]) => [name, seed, runs])).toEqual([
    ['base45', String(first.seed), '200'],
    ['time', String(first.seed), '200'],
  ]);
  expect(second.seed).not.toBe(first.seed);
  const again = await table('--only', 'base45,time', '--runs', '200', '--seed', String(first.seed));
  expect(again.figures).toEqual(first.figures);
});

test('one input is tried alone', { timeout: 30_000 }, async () => {
  const file = join(dataFolder(), 'input');
  writeFileSync(file, '2026-11-21T06:45:03+07:00');
  const { figures, last } = await table('--only', 'time', '--input', file);
  expect([figures[0]?.[2], last]).toEqual(['0', 'no findings']);
});

test('what it is not asked for in words that it knows is refused', async () => {
  for (const words of [
    ['--only', 'no-such'],
    ['--seconds', '0'],
    ['--runs', 'x'],
    ['--seed', '1.5'],
  ])
    await expect(run(process.execPath, [SCRIPT, ...words])).rejects.toMatchObject({ code: 2 });
});

test('a finding is printed with its seed and the commands that repeat it', () => {
  expect(findingText({ name: 'cbor', seed: 7, what: 'Error: x', made: 12, bytes: 3, file: '/tmp/f' })).toBe(
    'FINDING cbor, seed 7: Error: x\n  3 bytes: /tmp/f\n' +
      '  again: npm run fuzz -- --only cbor --seed 7 --runs 12\n  alone: npm run fuzz -- --only cbor --input /tmp/f\n',
  );
  const seed = findingText({ name: 'cbor', seed: 7, what: 'x', made: 0, bytes: 0, file: '/tmp/f' });
  expect(seed).toContain('--seed 7 --runs 1\n');
});
