// One virtual machine from boot to end. Ends by itself, at its deadline, or with this process; its console is kept in a file.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Machine } from './architecture.ts';
import { deviceTree } from './device-tree.ts';
import { emptyDisk, type Folders, foldersFor } from './folders.ts';
import type { Kernel } from './kernel.ts';

export interface MachinePlan {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly initramfs: string;
  readonly folders: Folders;
  /** For the machine's own files: its disk, its card, its device tree. */
  readonly place: string;
  /** File for the console's text. */
  readonly console: string;
  /** Words on the kernel's command line; those it does not know become init's environment. */
  readonly words: readonly string[];
  readonly timeoutMs: number;
  /** QEMU's drive `disk`, formatted as ext4; absent: an empty one, made for this boot. */
  readonly drive?: string;
  /** Cuts its power: what the guest has not written by then it never will. */
  readonly power?: AbortSignal;
  /** Hears each line of the guest's report. */
  readonly heard: (line: string) => void;
}

export type MachineEnd = { readonly kind: 'ended'; readonly code: number | null } | { readonly kind: 'timed-out' | 'cut' };

/** Boots and resolves when the machine is gone. @throws Error when QEMU does not start */
export async function runMachine(plan: MachinePlan): Promise<MachineEnd> {
  const qemu = spawn(plan.machine.qemu, qemuArguments(plan), { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: qemu.stdout }).on('line', plan.heard);
  const kill = (): void => void qemu.kill('SIGKILL');
  process.on('exit', kill);
  plan.power?.addEventListener('abort', kill, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, plan.timeoutMs);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      qemu.once('error', reject);
      qemu.once('close', resolve);
    });
    if (timedOut) return { kind: 'timed-out' };
    if (plan.power?.aborted === true) return { kind: 'cut' };
    if (code !== 0) throw new Error(`QEMU ended with ${String(code)}: ${errors.trim()}`);
    return { kind: 'ended', code };
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
  }
}

function qemuArguments({ machine, kernel, initramfs, folders, place, console, words, drive }: MachinePlan): string[] {
  const { report, disk } = machine;
  const own = [`REPORT=${report.port}`, `FOLDERS=${machine.folders}`, `DISK=${disk.name}`].map(
    (word) => `GATE_READER_VM_${word}`,
  );
  const line = [`console=${machine.console}`, 'quiet', 'panic=-1', 'random.trust_cpu=on', ...machine.words, ...own, ...words];
  return [
    machine.hardware,
    ['-no-reboot', '-nodefaults', '-display', 'none'],
    ['-kernel', kernel.image, '-initrd', initramfs, '-append', line.join(' '), ...deviceTree(place, kernel, machine)],
    ['-serial', `file:${console}`, '-chardev', 'stdio,id=report,signal=off', ...report.device],
    foldersFor(machine, place, folders),
    drive === undefined ? emptyDisk(machine, place) : ['-drive', `if=none,id=disk,format=raw,file=${drive}`, ...disk.device],
  ].flat();
}
