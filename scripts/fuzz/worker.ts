// One target in a thread of its own, so that an endless loop can be ended from outside. What is being tried lies in shared memory.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import { mutated, random } from './mutate.ts';
import type { Target } from './target.ts';

export interface Work {
  readonly name: string;
  /** The file beside this one that the target is in. */
  readonly file: string;
  readonly seed: number;
  readonly seconds: number;
  /** Ends before the time is over after so many inputs: the same ones on every machine. */
  readonly runs: number;
  /** Only this one, and nothing made from it. */
  readonly input?: Uint8Array;
  /** Where inputs that reached something new are kept. */
  readonly corpus: string;
  /** Word 0: runs so far. Word 1: bytes of the input at hand. Then the input. */
  readonly shared: SharedArrayBuffer;
}

export type Word =
  | { readonly kind: 'finding'; readonly what: string; readonly input: Uint8Array; readonly runs: number }
  | {
      readonly kind: 'done';
      readonly runs: number;
      readonly blocks: number;
      readonly first: number;
      readonly corpus: number;
      readonly heapMb: number;
    };

/** A parser that takes longer for some kilobytes stands in the way of people. */
const SLOW_MS = 1000;
/** Inputs between two looks at the coverage, which cost more than an input: few while there is news, many when there is none. */
const BATCH = { fewest: 16, most: 1024 };

const { name, file, seed, seconds, runs: most, input: only, corpus: folder, shared } = workerData as Work;
const words = new Int32Array(shared, 0, 2);
const held = new Uint8Array(shared, 8);

function tell(word: Word): void {
  parentPort?.postMessage(word);
}

/** What was wrong with this run; undefined when nothing was. */
async function tried(target: Target, input: Uint8Array): Promise<string | undefined> {
  held.set(input.subarray(0, held.length));
  Atomics.store(words, 1, input.length);
  Atomics.add(words, 0, 1);
  try {
    let tookMs = await timed(target, input);
    // Once may be the machine; three times is the parser.
    for (let again = 0; tookMs > SLOW_MS && again < 2; again += 1) tookMs = Math.min(tookMs, await timed(target, input));
    return tookMs > SLOW_MS ? `slow: ${Math.round(tookMs)} ms` : undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function timed(target: Target, input: Uint8Array): Promise<number> {
  const start = performance.now();
  const running = target.run(input);
  if (running instanceof Promise) await running;
  return performance.now() - start;
}

async function fuzz(target: Target, coverage: Coverage): Promise<void> {
  const next = random(seed);
  const corpus: Uint8Array[] = [...target.seeds];
  const mutation = { corpus, words: target.words, mostBytes: target.mostBytes ?? 4096 };
  coverage.watch(target.covers);
  const found = new Set<string>();
  let runs = 0;
  const attempt = async (input: Uint8Array): Promise<void> => {
    const fault = await tried(target, input);
    const first = fault?.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/gu, 'N');
    if (fault === undefined || first === undefined || found.has(first)) return;
    found.add(first);
    tell({ kind: 'finding', what: fault, input, runs });
  };
  for (const input of only === undefined ? target.seeds : [only]) await attempt(input);
  coverage.fresh();
  const unfed = only === undefined ? coverage.unfed(Object.keys(target.feeds)) : [];
  if (unfed.length > 0) tell({ kind: 'finding', what: `its seeds reach nothing of ${unfed.join()}`, input: Buffer.of(), runs });
  const first = coverage.blocks;
  let batch = BATCH.fewest;
  const end = performance.now() + seconds * 1000;
  const over = (): boolean => only !== undefined || runs >= most || performance.now() >= end;
  while (!over()) {
    const inputs: Uint8Array[] = [];
    while (inputs.length < batch && !over()) {
      const input = mutated(mutation, next);
      inputs.push(input);
      runs += 1;
      await attempt(input);
    }
    const fresh = coverage.fresh() > 0;
    batch = fresh ? BATCH.fewest : Math.min(BATCH.most, batch * 2);
    if (fresh) await keep(inputs, target, coverage, corpus);
  }
  const heapMb = Math.round(process.memoryUsage().heapUsed / 1_048_576);
  tell({ kind: 'done', runs, blocks: coverage.blocks, first, corpus: corpus.length, heapMb });
}

/**
 * The batch reached something new: a second counter, that never saw it, finds out with which inputs. What the batch had in sum only
 * (a count that no single input reaches) is nobody's.
 */
async function keep(inputs: readonly Uint8Array[], target: Target, coverage: Coverage, corpus: Uint8Array[]): Promise<void> {
  for (const input of inputs) {
    const fault = await tried(target, input);
    if (fault === undefined && coverage.freshAlone() > 0) {
      writeFileSync(join(folder, `${corpus.length}`), input);
      corpus.push(input);
    }
  }
}

const coverage = new Coverage();
// After the counter has begun, so that it sees into their functions.
const families = (await import(`./${file}`)) as Readonly<Record<string, readonly Target[]>>;
const target = Object.values(families)
  .flat()
  .find((one) => one.name === name);
if (target === undefined) throw new Error(`no target ${name}`);
mkdirSync(folder, { recursive: true });
await fuzz(target, coverage);
// What a target keeps open (a server, a decoder) ends with the thread.
process.exit();
