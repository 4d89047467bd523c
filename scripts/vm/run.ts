// `npm run test:vm`: boots a stock Debian kernel in emulated machines and runs the checks of test/vm in them, on real drivers
// and the checkout as it is. Exit 0: each check ran and passed; 1: not; 2: usage.

import { mkdirSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checksOf } from '../../test/vm/checks.ts';
import { ARCHITECTURES } from './architecture.ts';
import { boot } from './boot.ts';
import { deal } from './deal.ts';
import { installTools, privateApt } from './debian.ts';
import { fetchKernel } from './kernel.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { answerHelp } from '../answer-help.ts';
import { fetchSystem } from './system.ts';

const ROOT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
const startedMs = performance.now();

/** Progress, each line with the seconds since the start. */
function say(words: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(6)} s  ${words}\n`);
}

function optionsOrEnd(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2), (architecture) =>
      ARCHITECTURES[architecture].machines.flatMap(({ name }) => checksOf(name).map((check) => check.name)),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

/** Every machine that has a wanted check, one after the other; its checks are shared out between two guests at a time. */
async function bench({ architecture: name, cache, only, timeoutS, verbose }: BenchOptions): Promise<string[]> {
  const architecture = ARCHITECTURES[name];
  const installed = installTools(architecture);
  if (installed.length > 0) say(`installed ${installed.join(', ')}`);
  mkdirSync(cache, { recursive: true });
  const apt = privateApt({
    folder: join(cache, `apt-${architecture.debian}`),
    architecture: architecture.debian,
    wanted: 'kernel',
  });
  const kernel = fetchKernel({ architecture, cache, apt, say });
  say(`kernel ${kernel.release} of ${apt.suite}, from ${kernel.source}`);
  const system = fetchSystem({ architecture, cache, checkout: ROOT, say });
  const faults: string[] = [];
  let count = 0;
  for (const machine of architecture.machines) {
    const wanted = checksOf(machine.name).flatMap((check) =>
      only.length === 0 || only.includes(check.name) ? [check.name] : [],
    );
    if (wanted.length === 0) continue;
    count += wanted.length;
    const hands = deal(wanted, availableParallelism());
    const guests = hands.map((hand, index) => {
      const tag = hands.length === 1 ? '' : `[${index + 1}] `;
      const told = (words: string): void => say(tag + words);
      return boot({ machine, kernel, system, checkout: ROOT, wanted: hand, timeoutS, verbose, say: told });
    });
    faults.push(...(await Promise.all(guests)).flat());
  }
  if (count === 0) faults.push('no check was wanted');
  for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
  say(`test:vm: ${count} checks wanted, Linux ${kernel.release}: ${faults.length === 0 ? 'ok' : 'FAULTS'}`);
  return faults;
}

answerHelp(USAGE);
const options = optionsOrEnd();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  process.exitCode = (await bench(options)).length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`test:vm: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
