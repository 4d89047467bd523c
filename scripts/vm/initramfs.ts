// The guest's first files: busybox, the modules that reach its folders, and init.sh. Made anew for every boot (under a
// second), so that it can never be of another kernel.

import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.ts';
import type { Kernel } from './kernel.ts';

const INIT = fileURLToPath(new URL('init.sh', import.meta.url));
const APPLETS = ['sh', 'mount', 'mkdir', 'ln', 'cat', 'echo', 'insmod', 'switch_root', 'ip', 'cp', 'sleep', 'poweroff'];

export interface FirstFiles {
  readonly kernel: Kernel;
  /** The guest's /usr. */
  readonly usr: string;
  /** Names; what they depend on comes with them. */
  readonly modules: readonly string[];
}

/** Makes the archive in `folder` and returns its file. @throws Error when a tool fails */
export function makeInitramfs(folder: string, { kernel, usr, modules }: FirstFiles): string {
  const root = mkdtempSync(join(folder, 'initramfs-'));
  for (const name of ['bin', 'modules', 'proc', 'sys', 'dev', 'new']) mkdirSync(join(root, name));
  copyFileSync(join(usr, 'bin', 'busybox'), join(root, 'bin', 'busybox'));
  for (const name of APPLETS) symlinkSync('busybox', join(root, 'bin', name));
  copyFileSync(INIT, join(root, 'init'));
  chmodSync(join(root, 'init'), 0o755);
  const order = modules.flatMap((name) => modulesFor(kernel, name)).filter((file, at, all) => all.indexOf(file) === at);
  for (const file of order) command('sh', ['-c', 'xz -dc "$1" >"$2"', 'sh', file, join(root, 'modules', plainName(file))]);
  writeFileSync(join(root, 'modules', 'order'), order.map((file) => `${plainName(file)}\n`).join(''));
  const archive = join(folder, 'initramfs.cpio');
  command('sh', ['-c', 'find . | cpio --quiet -o -H newc >"$1"', 'sh', archive], { cwd: root });
  rmSync(root, { recursive: true });
  return archive;
}

/** The files of a module and all it needs, in the order to load them. */
function modulesFor(kernel: Kernel, name: string): string[] {
  const shown = command('/sbin/modprobe', ['-d', kernel.root, '-S', kernel.release, '--show-depends', name]);
  return shown.split('\n').flatMap((line) => (line.startsWith('insmod ') ? [line.slice('insmod '.length).trim()] : []));
}

const plainName = (file: string): string => basename(file, '.xz');
