// `npm run test:vm`: boots a stock Debian kernel in an emulated machine and runs the checks of test/vm in it, on real drivers and
// the checkout as it is. Exit 0: each check ran and passed; 1: not; 2: usage.

import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS } from '../../test/vm/checks.ts';
import { ARCHITECTURES } from './architecture.ts';
import { FOR_BOOKWORM, installTools, privateApt } from './debian.ts';
import { makeInitramfs } from './initramfs.ts';
import { fetchKernel, type Kernel } from './kernel.ts';
import { runMachine } from './machine.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { faultsOf, type GuestMessage, readMessage } from './verdict.ts';

const ROOT = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));
const CONSOLE_LINES_SHOWN = 60;
const startedMs = performance.now();

/** Progress, each line with the seconds since the start. */
function say(words: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(6)} s  ${words}\n`);
}

function told(message: GuestMessage): string {
  switch (message.kind) {
    case 'start':
      return `guest up after ${message.upS.toFixed(1)} s: Linux ${message.release}, Node ${message.node}`;
    case 'passed':
      return [`passed  ${message.check} (${message.seconds.toFixed(1)} s)`, ...message.seen].join('\n            ');
    case 'failed':
      return `FAILED  ${message.check} (${message.seconds.toFixed(1)} s)`;
    case 'end':
      return `guest ran ${message.checks} checks`;
  }
}

async function boot(options: BenchOptions, kernel: Kernel, wanted: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-vm-'));
  const console = join(folder, 'console.log');
  const token = randomUUID();
  const messages: GuestMessage[] = [];
  try {
    const { machine } = ARCHITECTURES.amd64;
    const initramfs = makeInitramfs(folder, kernel);
    say('booting ...');
    const words = [`GATE_READER_VM_TOKEN=${token}`, `GATE_READER_VM_CHECKS=${wanted.join(',')}`];
    const timeoutMs = options.timeoutS * 1000;
    const heard = (line: string): void => {
      const message = readMessage(line, token);
      if (message === undefined) return;
      messages.push(message);
      say(told(message));
    };
    const end = await runMachine({ machine, kernel, initramfs, checkout: ROOT, console, words, timeoutMs, heard });
    const late = end.kind === 'timed-out' ? [`the machine had not ended after ${options.timeoutS} s and was killed`] : [];
    const faults = [...late, ...faultsOf(wanted, kernel.release, messages)];
    if (options.verbose || faults.length > 0) process.stdout.write(consoleTail(console, options.verbose));
    return faults;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function consoleTail(file: string, all: boolean): string {
  const lines = readFileSync(file, 'utf8').replaceAll('\r', '').trimEnd().split('\n');
  return `--- the guest's console\n${lines.slice(all ? 0 : -CONSOLE_LINES_SHOWN).join('\n')}\n---\n`;
}

function optionsOrEnd(): BenchOptions {
  try {
    return readOptions(
      process.argv.slice(2),
      CHECKS.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(2);
  }
}

const options = optionsOrEnd();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  const wanted = CHECKS.map(({ name }) => name).filter((name) => options.only.length === 0 || options.only.includes(name));
  const architecture = ARCHITECTURES.amd64;
  const installed = installTools(architecture);
  if (installed.length > 0) say(`installed ${installed.join(', ')}`);
  mkdirSync(options.cache, { recursive: true });
  const apt = privateApt(join(options.cache, 'apt'), FOR_BOOKWORM.kernel);
  const kernel = fetchKernel({ architecture, cache: options.cache, apt, say });
  say(`kernel ${kernel.release} of ${apt.suite}, from ${kernel.source}`);
  const faults = await boot(options, kernel, wanted);
  for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
  say(`test:vm: ${wanted.length} checks wanted, Linux ${kernel.release}: ${faults.length === 0 ? 'ok' : 'FAULTS'}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`test:vm: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
