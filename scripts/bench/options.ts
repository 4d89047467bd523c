// The benchmark's command line: which measures, how large, where the data goes. Anything unknown is refused.

import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const MEASURES = ['scan', 'idle', 'devices', 'drain', 'start', 'judge', 'swap', 'explain', 'growth'] as const;
export type Measure = (typeof MEASURES)[number];

/** How much is measured; `--quick` shortens it, and then its numbers say less. */
export interface Sizes {
  /** Floor and daemon take turns this often. */
  readonly rounds: number;
  readonly scansPerRound: number;
  /** From one feedback to the next code. */
  readonly gapMs: number;
  /** Scans at the pace of a gate, for what is written per scan. */
  readonly slowScans: number;
  readonly slowGapMs: number;
  readonly drainEvents: number;
  readonly drainRounds: number;
  readonly storedEvents: number;
  readonly starts: number;
  readonly idleMs: number;
  /** Entries of the roster that is judged by, swapped and explained by. */
  readonly rosterEntries: number;
  /** Codes of each kind, judged in so many rounds. */
  readonly judgements: number;
  readonly judgeRounds: number;
  /** Rosters taken over while codes are read. */
  readonly swaps: number;
  readonly explained: number;
  /** Events in the journals whose cost is compared, the smallest first. */
  readonly growth: readonly number[];
}

const FULL: Sizes = {
  rounds: 10,
  scansPerRound: 100,
  gapMs: 10,
  slowScans: 60,
  slowGapMs: 500,
  drainEvents: 100_000,
  drainRounds: 3,
  storedEvents: 1_000_000,
  starts: 7,
  idleMs: 30_000,
  rosterEntries: 50_000,
  judgements: 5_000,
  judgeRounds: 20,
  swaps: 10,
  explained: 20_000,
  growth: [1_000, 1_000_000, 5_000_000],
};

const QUICK: Sizes = {
  ...FULL,
  rounds: 4,
  scansPerRound: 50,
  slowScans: 20,
  drainEvents: 20_000,
  drainRounds: 1,
  storedEvents: 100_000,
  starts: 3,
  idleMs: 10_000,
  rosterEntries: 10_000,
  judgements: 1_000,
  judgeRounds: 10,
  swaps: 2,
  explained: 5_000,
  growth: [1_000, 1_000_000],
};

/** What each measure is given. */
export interface Bench {
  readonly sizes: Sizes;
  /** Of its own, on the disk to measure; removed afterwards. */
  readonly folder: string;
  /** Aborts when the benchmark is to stop: every child is ended and every wait rejects. */
  readonly signal: AbortSignal;
}

export interface BenchOptions {
  readonly only: readonly Measure[];
  readonly json: boolean;
  readonly quick: boolean;
  readonly sizes: Sizes;
  /** Temporary folders are made in here; should be on the kind of disk that a reader has. */
  readonly dir: string;
}

export const USAGE = `Usage: npm run bench -- [--quick] [--json] [--only ${MEASURES.join('|')}]... [--dir FOLDER]

  npm run bench                           everything but growth, some minutes on a quiet machine
  npm run bench -- --quick --only scan    a first look at one figure
  npm run bench -- growth                 the same as --only growth: journals of 1 thousand, 1 and 5 million events, minutes and 8 GB
  npm run bench -- --dir /mnt/card        on the disk that is mounted there: a reader's card is slower than most`;

/** @throws Error that says what is wrong. */
export function readOptions(words: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    args: [...words],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const only = [...values.only, ...positionals].map((name) => {
    const measure = MEASURES.find((one) => one === name);
    if (measure === undefined) throw new Error(`${name}: wanted one of ${MEASURES.join(', ')}`);
    return measure;
  });
  return {
    // Minutes and gigabytes: only where it is asked for.
    only: only.length === 0 ? MEASURES.filter((name) => name !== 'growth') : only,
    json: values.json,
    quick: values.quick,
    sizes: values.quick ? QUICK : FULL,
    dir: values.dir,
  };
}
