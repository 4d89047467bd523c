// `npm run fuzz [-- --seconds N] [--only NAME,…] [--seed N]`: random inputs, guided by coverage, into every parser that sees bytes
// from outside. A crash, a broken promise, a second for one input, an endless loop or a full heap is a finding: exit code 1.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGETS } from './targets.ts';
import type { Word, Work } from './worker.ts';

const HELD_BYTES = 65_536;
/** One input that takes as long is an endless loop. */
const STUCK_MS = 20_000;
const HEAP_MB = 512;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, only: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const names = values.only?.split(',') ?? TARGETS.map(({ name }) => name);
const unknown = names.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0 || !(seconds > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(`fuzz: --seconds N --seed N --only ${TARGETS.map(({ name }) => name).join(',')}\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'gate-reader-fuzz-'));
let findings = 0;

function found(name: string, what: string, input: Uint8Array): void {
  findings += 1;
  mkdirSync(join(folder, 'findings'), { recursive: true });
  const file = join(folder, 'findings', `${name}-${findings}`);
  writeFileSync(file, input);
  process.stdout.write(`FINDING ${name}: ${what}\n  ${input.length} bytes: ${file}\n`);
}

/** Runs one target to its end; the line of the table. */
async function fuzz(name: string): Promise<string> {
  const shared = new SharedArrayBuffer(8 + HELD_BYTES);
  const words = new Int32Array(shared, 0, 2);
  const atHand = (): Uint8Array => new Uint8Array(shared, 8, Math.min(HELD_BYTES, Atomics.load(words, 1))).slice();
  const data: Work = { name, seed, seconds, corpus: join(folder, name), shared };
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let line = `${name.padEnd(20)} did not come to its end`;
  worker.on('message', (word: Word) => {
    if (word.kind === 'finding') return found(name, word.what, word.input);
    const { runs, first, blocks, corpus, heapMb } = word;
    const figures = [runs, Math.round(runs / seconds), first, blocks, corpus, heapMb].map((figure) =>
      String(figure).padStart(10),
    );
    line = name.padEnd(20) + figures.join('');
  });
  worker.on('error', (error: Error) => found(name, error.stack ?? error.message, atHand()));
  let [runs, since] = [-1, performance.now()];
  const watch = setInterval(() => {
    const now = Atomics.load(words, 0);
    if (now !== runs) [runs, since] = [now, performance.now()];
    else if (runs > 0 && performance.now() - since > STUCK_MS) {
      clearInterval(watch);
      found(name, `no end after ${STUCK_MS / 1000} s`, atHand());
      void worker.terminate();
    }
  }, 500);
  await new Promise((resolve) => worker.once('exit', resolve));
  clearInterval(watch);
  return line;
}

process.stdout.write(`${names.length} targets, ${seconds} s each, seed ${seed}; corpus in ${folder}\n`);
process.stdout.write(
  `${'target'.padEnd(20)}${['runs', 'runs/s', 'blocks', 'reached', 'corpus', 'heap MB'].map((head) => head.padStart(10)).join('')}\n`,
);
for (const name of names) process.stdout.write(`${await fuzz(name)}\n`);
process.stdout.write(findings === 0 ? 'no findings\n' : `${findings} findings in ${folder}/findings\n`);
process.exitCode = findings === 0 ? 0 : 1;
