// The short form of `npm run fuzz`, with a seed that never changes: every parser of outside bytes takes its seeds and some hundred
// mutations of them, without a crash, a broken promise or some seconds for one input; and no parser is without a target.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutated, random } from '../../scripts/fuzz/mutate.ts';
import { NOT_FED, TAKES_BYTES } from '../../scripts/fuzz/outside.ts';
import { TARGETS } from '../../scripts/fuzz/targets.ts';

const ROOT = new URL('../../', import.meta.url);
const source = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

const SEED = 1;
const INPUTS = 100;
/** A busy machine stops a process for longer than the second of the long form. */
const SLOW_MS = 5000;

describe.each(TARGETS)('$name', ({ seeds, words, mostBytes = 4096, run, covers, feeds }) => {
  test('takes what it is shown', { timeout: 60_000 }, async () => {
    const next = random(SEED);
    const inputs = Array.from({ length: INPUTS }, () => mutated({ corpus: seeds, words, mostBytes }, next));
    for (const input of [...seeds, ...inputs]) {
      const what = Buffer.from(input).toString('base64');
      const start = performance.now();
      await expect(Promise.resolve(input).then(run), what).resolves.toBeUndefined();
      expect(performance.now() - start, what).toBeLessThan(SLOW_MS);
    }
  });

  test('begins with something, and is guided by files that are there, among them the parsers that it feeds', () => {
    expect(seeds.length).toBeGreaterThan(0);
    expect(covers.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
    expect(Object.keys(feeds).length).toBeGreaterThan(0);
    for (const [file, name] of Object.entries(feeds)) {
      expect(
        covers.some((path) => file.startsWith(path)),
        file,
      ).toBe(true);
      expect(source(file), file).toMatch(new RegExp(`export (?:async )?(?:function\\*?|class|const) ${name}\\b`, 'u'));
    }
  });
});

describe('every file of src/ that takes bytes from outside', () => {
  const fed = new Set(TARGETS.flatMap(({ feeds }) => Object.keys(feeds)));
  const excused = Object.values(NOT_FED).flat();
  const taking = globSync('src/**/*.ts', { cwd: ROOT })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => TAKES_BYTES.test(source(file)));

  test('is fed by a target, or there is a reason why not', () => {
    expect(taking.length).toBeGreaterThan(60);
    expect(taking.filter((file) => !fed.has(file) && !excused.includes(file))).toEqual([]);
  });

  test('is excused only where it is there, does take bytes and is not fed after all', () => {
    expect(excused.filter((file) => !taking.includes(file) || fed.has(file))).toEqual([]);
    expect(new Set(excused).size).toBe(excused.length);
  });

  test('is named once in SECURITY.md, by its target', () => {
    const page = source('SECURITY.md');
    expect(TARGETS.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
  });
});

test('a mutation is the same for the same seed, never longer than it may be, and seldom what it was', () => {
  const corpus = [Buffer.from('001099000001||')];
  const make = (seed: number) => mutated({ corpus, words: ['VGP1:'], mostBytes: 40 }, random(seed));
  const inputs = Array.from({ length: 500 }, (_, seed) => make(seed));
  expect(inputs.map((input, seed) => make(seed).every((byte, at) => byte === input[at])).every(Boolean)).toBe(true);
  expect(Math.max(...inputs.map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(new Set(inputs.map((input) => Buffer.from(input).toString('hex'))).size).toBeGreaterThan(350);
});
