// `npm run fuzz [-- --seconds N | --runs N] [--only NAME,…] [--seed N]`: random inputs, guided by coverage, into every parser that
// sees bytes from outside, other ones each time. A crash, a broken promise, a second for one input, an endless loop or a full heap
// is a finding: exit code 1, and the commands that show it again, by its seed and by the input alone (`--only NAME --input FILE`).

import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { answerHelp } from '../answer-help.ts';
import { findingText, heading, row } from './report.ts';
import { fileOf, TARGETS } from './targets.ts';
import type { Word, Work } from './worker.ts';

const HELD_BYTES = 65_536;
/** One input that takes as long is an endless loop. */
const STUCK_MS = 20_000;
const HEAP_MB = 512;

const USAGE = `Usage: npm run fuzz -- [--seconds N | --runs N] [--only TARGET,…] [--seed N | --input FILE]

  npm run fuzz                                          every target for 20 s
  npm run fuzz -- --only code,cbor --seconds 300        two of them for longer
  npm run fuzz -- --only cbor --seed 7 --runs 329       the same inputs as a run that printed seed 7
  npm run fuzz -- --only cbor --input findings/cbor-1   that input alone

targets: ${TARGETS.map(({ name }) => name).join(', ')}
`;

answerHelp(USAGE);
const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    input: { type: 'string' },
  },
});
const seed = Number(values.seed);
const runs = Number(values.runs ?? Infinity);
const seconds = Number(values.seconds ?? (values.runs === undefined ? 20 : 3_600));
const names = values.only?.split(',') ?? TARGETS.map(({ name }) => name);
const unknown = names.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0 || !(seconds > 0) || !(runs > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(USAGE);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'gate-reader-fuzz-'));
let findings = 0;

function found(name: string, what: string, input: Uint8Array, made: number): void {
  findings += 1;
  mkdirSync(join(folder, 'findings'), { recursive: true });
  const file = join(folder, 'findings', `${name}-${findings}`);
  writeFileSync(file, input);
  process.stdout.write(findingText({ name, seed, what, made, bytes: input.length, file }));
}

/** Runs one target to its end; the line of the table. */
async function fuzz(name: string): Promise<string> {
  const shared = new SharedArrayBuffer(8 + HELD_BYTES);
  const words = new Int32Array(shared, 0, 2);
  const atHand = (): Uint8Array => new Uint8Array(shared, 8, Math.min(HELD_BYTES, Atomics.load(words, 1))).slice();
  const data: Work = {
    name,
    file: fileOf(name) ?? '',
    seed,
    seconds,
    runs,
    corpus: join(folder, name),
    shared,
    ...(values.input === undefined ? {} : { input: readFileSync(values.input) }),
  };
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const begun = performance.now();
  let line = `${name}: did not come to its end`;
  worker.on('message', (word: Word) => {
    if (word.kind === 'finding') return found(name, word.what, word.input, word.runs);
    line = row(name, { seed, seconds: (performance.now() - begun) / 1000, ...word });
  });
  worker.on('error', (error: Error) => found(name, error.stack ?? error.message, atHand(), Atomics.load(words, 0)));
  let [before, since] = [-1, performance.now()];
  const watch = setInterval(() => {
    const now = Atomics.load(words, 0);
    if (now !== before) [before, since] = [now, performance.now()];
    else if (now > 0 && performance.now() - since > STUCK_MS) {
      clearInterval(watch);
      found(name, `no end after ${STUCK_MS / 1000} s`, atHand(), now);
      void worker.terminate();
    }
  }, 500);
  await new Promise((resolve) => worker.once('exit', resolve));
  clearInterval(watch);
  return line;
}

const length =
  values.input === undefined ? (values.runs === undefined ? `${seconds} s each` : `${runs} inputs each`) : values.input;
process.stdout.write(`${names.length} targets, ${length}, seed ${seed}; corpus in ${folder}\n`);
process.stdout.write(`${heading}\n`);
for (const name of names) process.stdout.write(`${await fuzz(name)}\n`);
process.stdout.write(findings === 0 ? 'no findings\n' : `${findings} findings in ${folder}/findings\n`);
process.exitCode = findings === 0 ? 0 : 1;
