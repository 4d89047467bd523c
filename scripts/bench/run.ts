// `npm run bench`: measures the real daemon against same-run floors and prints the result beside its targets. Asserts
// nothing: the exit code is 0 whatever was measured, 1 where it could not be, 2 for a wrong command line.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { measureDrain } from './drain.ts';
import { measureExplaining } from './explain.ts';
import { warmUp } from './gate.ts';
import { measureGrowth } from './growth.ts';
import { measureIdle } from './idle.ts';
import { measureIdleDevices } from './idle-devices.ts';
import { measureJudging } from './judge.ts';
import { answerHelp } from '../answer-help.ts';
import { type Bench, type BenchOptions, type Measure, readOptions, USAGE } from './options.ts';
import { machineOf, type Row, table } from './report.ts';
import { measureScans } from './scan-latency.ts';
import { measureStarts } from './start-up.ts';
import { measureSwap } from './swap.ts';

const MEASURING: Readonly<Record<Measure, (bench: Bench) => Promise<Row[]>>> = {
  scan: measureScans,
  idle: measureIdle,
  devices: measureIdleDevices,
  drain: measureDrain,
  start: measureStarts,
  judge: measureJudging,
  swap: measureSwap,
  explain: measureExplaining,
  growth: measureGrowth,
};

async function bench({ only, json, quick, sizes, dir }: BenchOptions, signal: AbortSignal): Promise<void> {
  const machine = machineOf(dir);
  const rows: Row[] = [];
  for (const name of only) {
    process.stderr.write(`bench: ${name}${quick ? ' (quick: small numbers that say less)' : ''} ...\n`);
    const folder = mkdtempSync(join(dir, 'gate-reader-bench-'));
    try {
      await warmUp(folder, signal);
      rows.push(...(await MEASURING[name]({ folder, sizes, signal })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  process.stdout.write(json ? `${JSON.stringify({ machine, quick, rows }, undefined, 2)}\n` : table(rows, machine));
}

function options(): BenchOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

answerHelp(USAGE);
const chosen = options();
if (chosen) {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  try {
    await bench(chosen, abort.signal);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(abort.signal.aborted ? 'bench: stopped\n' : `bench: ${why}\n`);
    process.exitCode = 1;
  }
}
