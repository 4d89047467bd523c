// `npm run faults`: tries to break every promise about losing nothing, then shows that each experiment finds the defect it is
// for. Exit 0: every experiment saw something and held, and every defect was caught; 1: not; 2: usage.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFECTS, type Defect, seed } from './defects.ts';
import { type Experiment, faultsOf } from './experiment.ts';
import { EXPERIMENTS } from './experiments.ts';
import { type FaultOptions, readOptions, USAGE } from './options.ts';
import { answerHelp } from '../answer-help.ts';
import { randomFrom } from './random.ts';
import { inTurn } from './turns.ts';
import { type Outcome, outcomeTable, type Trial, trialTable } from './table.ts';
import { judgeTrial } from './trial.ts';

const ROOT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
const interrupted = new AbortController();
/** Taken away however the bench ends. */
const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `gate-reader-${name}-`));
  folders.add(folder);
  return folder;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** Progress goes to standard error; the tables are what the bench prints. */
function say(words: string): void {
  const place = process.stderr.isTTY ? `\r\u001b[K${words}` : `${words}\n`;
  process.stderr.write(place);
}

interface Trying {
  readonly root: string;
  readonly rounds: number;
  readonly parts: readonly string[];
  readonly seed: number;
}

async function tried(experiment: Experiment, { root, rounds, parts, seed: chance }: Trying): Promise<Outcome> {
  const { name } = experiment;
  const because = whyNot(experiment, rounds);
  if (because !== undefined) return { name, kind: 'unable', because, seconds: 0 };
  const folder = makeFolder(name);
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  let saidMs = 0;
  const progress = (words: string): void => {
    // A log of a round each would hide the rest.
    if (!process.stderr.isTTY && performance.now() - saidMs < 10_000) return;
    saidMs = performance.now();
    say(`${name}: ${words}`);
  };
  try {
    const context = { root, folder, rounds, parts, random: randomFrom(chance), signal: interrupted.signal, say: progress };
    const figures = await experiment.run(context);
    return { name, kind: 'done', figures, seconds: seconds() };
  } catch (error) {
    return { name, kind: 'failed', error: error instanceof Error ? error.message : String(error), seconds: seconds() };
  } finally {
    removeFolder(folder);
  }
}

function whyNot(experiment: Experiment, rounds: number): string | undefined {
  return rounds === 0 ? 'it takes too long for the short form: --long, or --rounds' : experiment.unable?.();
}

function roundsOf(experiment: Experiment, { rounds }: FaultOptions): number {
  return typeof rounds === 'number' ? rounds : experiment.rounds[rounds];
}

/** Runs the defect's experiment against a tree with the defect. */
async function tryDefect(defect: Defect, chance: number): Promise<Trial> {
  const { name, does, experiment: wanted, rounds, parts = [] } = defect;
  const experiment = EXPERIMENTS.find((one) => one.name === wanted);
  if (experiment === undefined) throw new Error(`defect ${name}: there is no experiment ${wanted}`);
  const folder = makeFolder('defect');
  try {
    const root = join(folder, 'tree');
    seed(defect, ROOT, root);
    const outcome = await tried(experiment, { root, rounds, parts, seed: chance });
    return { defect: name, does, experiment: wanted, ...judgeTrial(outcome, parts), seconds: outcome.seconds };
  } finally {
    removeFolder(folder);
  }
}

function optionsOrEnd(): FaultOptions {
  try {
    const seeds = Math.floor(Math.random() * 2 ** 32);
    return readOptions(
      process.argv.slice(2),
      { experiments: EXPERIMENTS.map(({ name }) => name), defects: DEFECTS.map(({ name }) => name) },
      seeds,
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

answerHelp(USAGE);
const options = optionsOrEnd();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
    process.exit(1);
  });
}
const { parts, onlyDefects, seed: chance } = options;
const chosen = EXPERIMENTS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const able = new Set(chosen.flatMap((one) => (whyNot(one, roundsOf(one, options)) === undefined ? [one.name] : [])));
const isTried = ({ name, experiment }: Defect): boolean =>
  onlyDefects.length === 0 ? options.defects && able.has(experiment) : onlyDefects.includes(name);
const wanted = onlyDefects.length === 0 ? chosen : [];
const defects = DEFECTS.filter(isTried);
say(`seed ${chance}, ${wanted.length} experiments, ${defects.length} defects`);
const results = await inTurn<Outcome | Trial>(options.jobs, [
  ...wanted.map((experiment) => async () => {
    say(`${experiment.name}: ${experiment.promise}`);
    return await tried(experiment, { root: ROOT, rounds: roundsOf(experiment, options), parts, seed: chance });
  }),
  ...defects.map((defect) => async () => {
    say(`defect ${defect.name}: ${defect.does}`);
    return await tryDefect(defect, chance);
  }),
]);
const outcomes = results.filter((result) => 'kind' in result);
const trials = results.filter((result) => 'caught' in result);
if (options.json) process.stdout.write(`${JSON.stringify({ seed: options.seed, outcomes, trials }, undefined, 2)}\n`);
else process.stdout.write(`\n${outcomeTable(outcomes)}\n\n${trials.length === 0 ? '' : `${trialTable(trials)}\n\n`}`);
const held = outcomes.every(
  (outcome) => outcome.kind === 'unable' || (outcome.kind === 'done' && faultsOf(outcome.figures).length === 0),
);
const done = outcomes.filter(({ kind }) => kind === 'done').length;
const good = held && done + trials.length > 0 && trials.every(({ caught }) => caught);
say(`faults: ${done} experiments run, ${trials.length} defects tried: ${good ? 'ok' : 'FAULTS'}\n`);
process.exitCode = good ? 0 : 1;
