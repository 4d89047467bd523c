// One boot of one machine with its checks: what the guest says while it runs, and what is wrong with it in the end.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './architecture.ts';
import { makeInitramfs } from './initramfs.ts';
import type { Kernel } from './kernel.ts';
import { runMachine } from './machine.ts';
import type { GuestSystem } from './system.ts';
import { faultsOf, type GuestMessage, readMessage } from './verdict.ts';

export interface BootPlan {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly system: GuestSystem;
  /** The project's folder; the guest sees it as /gate-reader. */
  readonly checkout: string;
  /** Names of checks. */
  readonly wanted: readonly string[];
  readonly timeoutS: number;
  /** The guest's console is shown, also when all is well. */
  readonly verbose: boolean;
  readonly say: (words: string) => void;
}

const CONSOLE_LINES_SHOWN = 60;

/** Returns what is wrong; nothing only when each wanted check was seen to pass. @throws Error when the machine can't be started */
export async function boot(plan: BootPlan): Promise<string[]> {
  const { machine, kernel, system, checkout, wanted, timeoutS, verbose, say } = plan;
  const place = mkdtempSync(join(tmpdir(), 'gate-reader-vm-'));
  const remove = (): void => rmSync(place, { recursive: true, force: true });
  // Also when the bench is interrupted: a card takes half a gigabyte.
  process.on('exit', remove);
  const console = join(place, 'console.log');
  const token = randomUUID();
  const messages: GuestMessage[] = [];
  try {
    const initramfs = makeInitramfs(place, { kernel, usr: system.usr, modules: machine.modules });
    const folders = {
      usr: system.usr,
      modules: join(kernel.root, 'lib', 'modules', kernel.release),
      'gate-reader': checkout,
      'node-modules': system.nodeModules,
    };
    say(`booting ${machine.name} ...`);
    const words = [`GATE_READER_VM_TOKEN=${token}`, `GATE_READER_VM_CHECKS=${wanted.join(',')}`];
    const heard = (line: string): void => {
      const message = readMessage(line, token);
      if (message === undefined) return;
      messages.push(message);
      say(told(message));
    };
    const timeoutMs = timeoutS * 1000;
    const end = await runMachine({ machine, kernel, initramfs, folders, place, console, words, timeoutMs, heard });
    const late = end.kind === 'timed-out' ? [`the machine had not ended after ${timeoutS} s and was killed`] : [];
    const faults = [...late, ...faultsOf(wanted, kernel.release, messages)];
    if (verbose || faults.length > 0) process.stdout.write(consoleTail(console, verbose));
    return faults.map((fault) => `${machine.name}: ${fault}`);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

function told(message: GuestMessage): string {
  switch (message.kind) {
    case 'start':
      return `guest up after ${message.upS.toFixed(1)} s: Linux ${message.release}, Node ${message.node}`;
    case 'passed':
      return [`passed  ${message.check} (${message.seconds.toFixed(1)} s)`, ...message.seen].join('\n            ');
    case 'failed':
      return `FAILED  ${message.check} (${message.seconds.toFixed(1)} s) ${message.error}`;
    case 'end':
      return `guest ran ${message.checks} checks`;
  }
}

function consoleTail(file: string, all: boolean): string {
  const lines = readFileSync(file, 'utf8').replaceAll('\r', '').trimEnd().split('\n');
  return `--- the guest's console\n${lines.slice(all ? 0 : -CONSOLE_LINES_SHOWN).join('\n')}\n---\n`;
}
