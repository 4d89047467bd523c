// How the host's folders come into the guest, never to be written to by it: shared over 9p, or copied to a memory card for a
// board that has nothing better. And the guest's own disk, made anew for every boot.

import { cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Machine } from './architecture.ts';
import { command } from './command.ts';

/** The guest's name for a folder, and the host's path. */
export type Folders = Readonly<Record<'usr' | 'modules' | 'gate-reader' | 'node-modules', string>>;

/** Sparse. An emulated card has to be a power of two. */
const CARD_BYTES = 2 ** 30;
const DISK_BYTES = 2 ** 28;
/** Of the checkout; the guest has node_modules of its own architecture. */
const LEFT_OUT = ['node_modules', '.git'];

const ROADS = { share, card } satisfies Record<Machine['folders'], (place: string, folders: Folders) => string[]>;

/** QEMU's arguments for a way to the folders; files are made in `place`. @throws Error when a tool fails */
export function foldersFor({ folders: road }: Machine, place: string, folders: Folders): string[] {
  return ROADS[road](place, folders);
}

/** QEMU's arguments for the machine's empty disk, a file in `place`. */
export function emptyDisk({ disk }: Machine, place: string): string[] {
  const file = join(place, 'disk.img');
  emptyFile(file, DISK_BYTES);
  command('/sbin/mkfs.ext4', ['-q', file]);
  return ['-drive', `if=none,id=disk,format=raw,file=${file}`, ...disk.device];
}

function share(_place: string, folders: Folders): string[] {
  return Object.entries(folders).flatMap(([tag, path]) => [
    '-virtfs',
    // remap: /usr of the host may hold other file systems.
    `local,path=${path.replaceAll(',', ',,')},mount_tag=${tag},security_model=none,readonly=on,multidevs=remap`,
  ]);
}

function card(place: string, folders: Folders): string[] {
  const content = join(place, 'card');
  mkdirSync(content);
  for (const [name, path] of Object.entries(folders)) {
    const filter = (file: string): boolean => dirname(file) !== path || !LEFT_OUT.includes(basename(file));
    cpSync(path, join(content, name), { recursive: true, verbatimSymlinks: true, filter });
  }
  const file = join(place, 'card.img');
  emptyFile(file, CARD_BYTES);
  command('/sbin/mkfs.ext4', ['-q', '-d', content, file]);
  rmSync(content, { recursive: true });
  return ['-drive', `if=sd,format=raw,file=${file}`];
}

function emptyFile(file: string, bytes: number): void {
  writeFileSync(file, '');
  truncateSync(file, bytes);
}
