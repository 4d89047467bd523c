// A tree like /sys for the device under a folder: a disk, its partition, and the number that leads there; and the line of
// mountinfo beside it.

import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MediumSources } from '../../src/system/storage-medium.ts';
import { type Sysfs, sysfs } from '../../src/system/sysfs.ts';

/** Files by their path below the root, with the line feed that the kernel ends each with. */
export function sysfsTree(files: Readonly<Record<string, string>>): { readonly sys: Sysfs; readonly root: string } {
  const root = mkdtempSync(join(tmpdir(), 'gate-reader-sys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return { sys: sysfs(root), root };
}

/** `attributes` are the disk's; the folder lies on its second partition. */
export function blockDevice(
  device: string,
  attributes: Readonly<Record<string, string>>,
  { options = 'rw,relatime', folder = tmpdir() } = {},
): MediumSources {
  const disk = `devices/platform/host/block/${device}`;
  const own = Object.fromEntries(Object.entries(attributes).map(([path, text]) => [`${disk}/${path}`, text]));
  const partition = { [`${disk}/${device}p2/partition`]: '2', [`${disk}/${device}p2/uevent`]: `DEVNAME=${device}p2` };
  const { sys, root } = sysfsTree({ [`${disk}/uevent`]: `MAJOR=1\nDEVNAME=${device}\nDEVTYPE=disk`, ...partition, ...own });
  const { dev } = statSync(folder);
  const number = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  mkdirSync(join(root, 'dev/block'), { recursive: true });
  symlinkSync(join('../..', disk, `${device}p2`), join(root, 'dev/block', number));
  const others = '21 1 0:20 / /proc rw - proc proc rw';
  return { sys, mounts: () => `${others}\n36 35 ${number} / / ${options} shared:1 - ext4 /dev/${device}p2 rw\n` };
}
