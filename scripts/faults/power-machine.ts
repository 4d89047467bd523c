// A virtual machine on a disk whose honesty is chosen, and its power cut: the machine and its disk end at the same moment.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../../test/fakes/eventually.ts';
import type { Machine } from '../vm/architecture.ts';
import { command } from '../vm/command.ts';
import type { Kernel } from '../vm/kernel.ts';
import { runMachine } from '../vm/machine.ts';
import type { GuestSystem } from '../vm/system.ts';

/** What power-machine.child.ts makes ready. */
export interface PowerMachine {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly system: GuestSystem;
  readonly initramfs: string;
}

/** `writeback` keeps what was written until a flush asks for it; `unsafe` says it has flushed, and has not. */
export type Honesty = 'writeback' | 'unsafe';

export interface PowerRun {
  readonly prepared: PowerMachine;
  /** The program, as the guest sees it. */
  readonly checkout: string;
  /** An ext4 disk; keeps what was flushed. */
  readonly image: string;
  readonly honesty: Honesty;
  /** The number of the first card. */
  readonly from: number;
  /** So many scans are shown before the cut. */
  readonly shown: number;
  /** For files of this run. */
  readonly place: string;
}

const CHILD = fileURLToPath(new URL('power-machine.child.ts', import.meta.url));
const PARTS = ['src', 'config', 'scripts', 'package.json'];
const BOOT_AND_SCAN_MS = 300_000;

/** Kernel, first files and tools; @throws Error without a network where they are not in the cache */
export async function prepareMachine(root: string, place: string): Promise<PowerMachine> {
  const checkout = dirname(realpathSync(join(root, 'node_modules')));
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, checkout, place]);
  return JSON.parse(stdout) as PowerMachine;
}

/** A tree of the program alone: the guest gets its node_modules by another way. */
export function checkoutFor(root: string, place: string): string {
  const checkout = join(place, 'checkout');
  mkdirSync(checkout);
  for (const part of PARTS) cpSync(join(root, part), join(checkout, part), { recursive: true });
  return checkout;
}

/** Boots, scans, cuts the power; the labels of granted scans that had left the machine by then. */
export async function cutPower(run: PowerRun): Promise<string[]> {
  const { prepared, checkout, image, honesty, from, shown, place } = run;
  const { machine, kernel, system, initramfs } = prepared;
  const server = await serveDisk(image, honesty, place);
  const power = new AbortController();
  const labels: string[] = [];
  const heard = (line: string): void => {
    // The port is a terminal: words for people follow.
    const label = /^granted recorded in cccd (\*+\d+)/u.exec(line)?.[1];
    if (label !== undefined) labels.push(label);
    if (labels.length < shown || power.signal.aborted) return;
    // The disk first: what the machine still sends it, it never gets.
    server.kill();
    power.abort();
  };
  const console = join(place, 'console.log');
  try {
    const modules = join(kernel.root, 'lib', 'modules', kernel.release);
    const folders = { usr: system.usr, modules, 'gate-reader': checkout, 'node-modules': system.nodeModules };
    const words = [`GATE_READER_VM_GUEST=scripts/faults/power-guest.sh`, `GATE_READER_VM_FROM=${from}`];
    const drive = `nbd:unix:${server.socket}`;
    const timeoutMs = BOOT_AND_SCAN_MS;
    const plan = { machine, kernel, initramfs, folders, place, console, words, timeoutMs, drive, power: power.signal, heard };
    const { kind } = await runMachine(plan);
    if (kind !== 'cut') throw new Error(`the machine ${kind} after ${labels.length} scans\n${command('tail', ['-20', console])}`);
    return labels;
  } finally {
    server.kill();
    await server.ended;
  }
}

/** nbdkit over the image. What it holds back is in its memory and in a file without a name: gone with it. */
async function serveDisk(image: string, honesty: Honesty, place: string) {
  const socket = join(place, 'disk.socket');
  command('rm', ['-f', socket]);
  const words = ['--foreground', '--unix', socket, '--filter=cache', 'file', image, `cache=${honesty}`];
  const nbdkit = spawn('nbdkit', words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = (): void => void nbdkit.kill('SIGKILL');
  process.on('exit', kill);
  const ended = once(nbdkit, 'exit').finally(() => process.off('exit', kill));
  await eventually('the disk', () => existsSync(socket));
  return { socket, kill, ended };
}

/** What is on a disk after a cut, as its file system recovers it; the folder may lack what never reached the disk. */
export function recover(image: string, folder: string): void {
  const copy = `${image}.copy`;
  command('cp', ['--sparse=always', image, copy]);
  // 1 and 2: something was repaired.
  command('sh', ['-c', 'e2fsck -fy "$1" || [ $? -le 2 ]', 'sh', copy]);
  mkdirSync(folder);
  command('debugfs', ['-R', `rdump / ${folder}`, copy]);
}
