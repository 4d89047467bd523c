// The fault bench's own parts: its defects still fit the program, its figures are judged, its command line and tables are read.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFECTS, seed } from '../../scripts/faults/defects.ts';
import { chosen, faultsOf, type Figures } from '../../scripts/faults/experiment.ts';
import { EXPERIMENTS } from '../../scripts/faults/experiments.ts';
import { allAtOnce, Broken } from '../../scripts/faults/figures.ts';
import { readOptions } from '../../scripts/faults/options.ts';
import { between, randomFrom } from '../../scripts/faults/random.ts';
import { outcomeTable, trialTable } from '../../scripts/faults/table.ts';
import { judgeTrial } from '../../scripts/faults/trial.ts';
import { inTurn } from '../../scripts/faults/turns.ts';

const ROOT = join(import.meta.dirname, '../..');
const GOOD: Figures = { rounds: 3, shown: 9, lost: 0, duplicates: 4, gaps: 0, chain: 0, broken: [], notes: ['a note'] };

describe('seeded defects', () => {
  test.each(DEFECTS.map((defect) => [defect.name, defect] as const))('%s: its text stands once in its file', (_name, defect) => {
    expect(readFileSync(join(ROOT, defect.file), 'utf8').split(defect.text)).toHaveLength(2);
    expect(defect.instead).not.toBe(defect.text);
  });

  test('each is for an experiment and parts that exist, and no experiment is without one', () => {
    for (const { name, experiment, parts = [] } of DEFECTS) {
      const found = EXPERIMENTS.find((one) => one.name === experiment);
      expect(found, name).toBeDefined();
      expect(found?.parts ?? [], name).toEqual(expect.arrayContaining([...parts]));
    }
    const tried = new Set(DEFECTS.map(({ experiment }) => experiment));
    expect(EXPERIMENTS.filter(({ name }) => !tried.has(name)).map(({ name }) => name)).toEqual([]);
    expect(new Set(DEFECTS.map(({ name }) => name)).size).toBe(DEFECTS.length);
  });

  test('seed makes a tree that differs by the defect alone, and refuses a text that is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gate-reader-seed-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const defect = {
      rounds: 1,
      name: 'n',
      does: 'd',
      experiment: 'crash',
      file: 'src/system/backoff.ts',
      text: 'export function',
      instead: 'function',
    };
    seed(defect, ROOT, join(folder, 'a'));
    expect(readFileSync(join(folder, 'a/src/system/backoff.ts'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'src/system/backoff.ts'), 'utf8').replace('export function', 'function'),
    );
    expect(() => seed({ ...defect, text: 'no such text' }, ROOT, join(folder, 'b'))).toThrow('holds its text 0 times');
  });
});

describe('faultsOf', () => {
  test('nothing is wrong with good figures; duplicates are the price', () => {
    expect(faultsOf(GOOD)).toEqual([]);
  });

  test.each<[string, Partial<Figures>]>([
    ['it saw nothing', { shown: 0 }],
    ['it saw nothing', { rounds: 0 }],
    ['2 shown scans are lost', { lost: 2 }],
    ['2 gaps or doubles', { gaps: 2 }],
    ['2 breaks of the chain', { chain: 2 }],
    ['a promise of its own', { broken: ['a promise of its own'] }],
  ])('%s', (fault, figures) => {
    expect(faultsOf({ ...GOOD, ...figures })).toEqual([fault]);
  });
});

test('parts add up; a broken promise of one is a finding beside the others, any other error is the failure of the bench', async () => {
  const parts = [{ name: 'one' }, { name: 'two' }, { name: 'ill' }];
  const all = (error: Error): Promise<Figures> =>
    allAtOnce(parts, { parts: [] }, async ({ name }) => {
      if (name === 'ill') throw error;
      return GOOD;
    });
  expect(await all(new Broken('no event'))).toMatchObject({ rounds: 6, shown: 18, duplicates: 8, broken: ['ill: no event'] });
  expect((await all(new Broken('no event'))).red).toEqual(['ill']);
  await expect(all(new Error('no pty'))).rejects.toThrow('ill could not be done: no pty');
  expect(() => chosen(parts, { parts: ['three'] })).toThrow('there is no part three: wanted one of one, two, ill');
});

test('a part that saw nothing is told although others did, one that can be played nowhere here is not played', async () => {
  const unable = () => 'no mount namespace';
  const parts = [{ name: 'one' }, { name: 'blind' }, { name: 'away', unable }];
  const figures = await allAtOnce(parts, { parts: [] }, async ({ name }) => {
    if (name === 'away') throw new Error('it was played');
    return name === 'blind' ? { ...GOOD, shown: 0 } : GOOD;
  });
  expect(faultsOf(figures)).toEqual(['blind: it saw nothing']);
  expect(figures).toMatchObject({ red: [], notes: ['a note', 'a note', 'away: not run: no mount namespace'] });
  expect(faultsOf(await allAtOnce(parts, { parts: ['away'] }, async () => GOOD))).toEqual(['it saw nothing']);
});

describe('judgeTrial', () => {
  const red = { ...GOOD, lost: 1, red: ['one'] };
  const judged = (figures: Figures, ...parts: string[]) => judgeTrial({ name: 'n', seconds: 1, kind: 'done', figures }, parts);

  test('caught is what every part found that is for it, or, where none is named, any', () => {
    expect(judged(red, 'one')).toEqual({ caught: true, found: '1 shown scans are lost' });
    expect(judged({ ...GOOD, lost: 1 })).toEqual({ caught: true, found: '1 shown scans are lost' });
    expect(judged(red, 'one', 'two')).toEqual({ caught: false, found: 'not found by two; 1 shown scans are lost' });
    expect(judged(GOOD)).toEqual({ caught: false, found: '' });
  });

  test('what saw nothing, failed or could not be run has caught nothing', () => {
    expect(judged({ ...GOOD, shown: 0 })).toEqual({ caught: false, found: 'it saw nothing' });
    const base = { name: 'n', seconds: 1 };
    expect(judgeTrial({ ...base, kind: 'failed', error: 'no broker' }, [])).toEqual({
      caught: false,
      found: 'failed: no broker',
    });
    expect(judgeTrial({ ...base, kind: 'unable', because: 'no root' }, [])).toEqual({ caught: false, found: 'not run: no root' });
  });
});

describe('readOptions', () => {
  const known = { experiments: ['crash', 'cut'], defects: ['hasty'] };
  const read = (...words: string[]) => readOptions(words, known, 5);

  test('nothing said: everything, short, with the defects and a seed of its own', () => {
    expect(read()).toEqual({
      only: [],
      parts: [],
      rounds: 'short',
      seed: 5,
      defects: true,
      onlyDefects: [],
      json: false,
      jobs: 4,
    });
  });

  test('everything said', () => {
    const words = '--only cut --part cut-1 --rounds 7 --seed 9 --no-defects --json --jobs 2'.split(' ');
    expect(read(...words)).toEqual({
      only: ['cut'],
      parts: ['cut-1'],
      rounds: 7,
      seed: 9,
      onlyDefects: [],
      defects: false,
      json: true,
      jobs: 2,
    });
    expect(read('--long').rounds).toBe('long');
    expect(read('--defect', 'hasty').onlyDefects).toEqual(['hasty']);
  });

  test.each([
    ['--only', 'fire'],
    ['--rounds', '0'],
    ['--rounds', 'x'],
    ['--seed=-1'],
    ['--jobs', '0'],
    ['--part', 'cut-1'],
    ['--defect', 'none'],
    ['--quick'],
    ['crash'],
  ])('refuses %s %s', (...words) => {
    expect(() => read(...words)).toThrow(/wanted|Unknown option|Unexpected argument/u);
  });
});

test('randomFrom: the same seed gives the same row, another another, within its bounds', () => {
  const row = (chance: number): number[] => {
    const random = randomFrom(chance);
    return Array.from({ length: 200 }, () => between(random, 3, 5));
  };
  expect(row(7)).toEqual(row(7));
  expect(row(7)).not.toEqual(row(8));
  expect(new Set(row(7))).toEqual(new Set([3, 4, 5]));
});

test('inTurn: so many at once, results in order', async () => {
  let [running, most] = [0, 0];
  const job = (at: number) => async (): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, at % 3));
    running -= 1;
    return at;
  };
  expect(
    await inTurn(
      3,
      Array.from({ length: 9 }, (_, at) => job(at)),
    ),
  ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(most).toBe(3);
});

test('the tables say what was seen, what is broken, what could not be run and what was missed', () => {
  const table = outcomeTable([
    { name: 'crash', kind: 'done', figures: GOOD, seconds: 12.4 },
    { name: 'cut', kind: 'done', figures: { ...GOOD, lost: 1 }, seconds: 3 },
    { name: 'disk', kind: 'unable', because: 'no compiler', seconds: 0 },
    { name: 'clock', kind: 'failed', error: 'no broker', seconds: 1 },
  ]);
  expect(table.split('\n')).toEqual([
    'experiment  rounds  shown  lost  duplicates  gaps  chain  time',
    'crash            3      9     0           4     0      0  12 s  ok',
    'cut              3      9     1           4     0      0   3 s  BROKEN',
    'disk             -      -     -           -     -      -     -  not run',
    'clock            -      -     -           -     -      -   1 s  FAILED',
    '  crash: a note',
    '  cut: a note',
    '  cut: FAULT 1 shown scans are lost',
    '  disk: not run: no compiler',
    '  clock: no broker',
  ]);
  const trial = { defect: 'd', does: 'it', experiment: 'crash', caught: false, found: '', seconds: 2 };
  expect(trialTable([trial, { ...trial, caught: true }])).toMatch(/MISSED[\s\S]*caught/u);
});
