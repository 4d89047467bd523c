// What the data is kept on, as far as the kernel tells: the device, whether it has a cache that a power cut empties, how the
// file system is mounted, and how worn the flash is. Nothing here can prove that a device which promises to flush does so.
//
//   /proc/self/mountinfo (proc(5)): 36 35 179:2 / /data rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw,nobarrier
//   /sys/dev/block/179:2/partition, ../uevent (DEVNAME=), ../queue/{rotational,write_cache}, ../device/{type,name,date}
//   ../device/life_time  two hexadecimal numbers, type A and B: 01 = 0-10 % used .. 0a = 90-100 %, 0b = beyond (JESD84-B51)
//   ../device/pre_eol_info  01 normal, 02 four fifths of the spare blocks are used, 03 nearly all are (the same)

import { readFileSync, statSync } from 'node:fs';

import { readOrNothing } from './power.ts';
import { type Sysfs, sysfs } from './sysfs.ts';

export interface StorageMedium {
  readonly device: string;
  /** `virtual`: somebody else's promise (a virtual machine's disk, LVM, a loop). */
  readonly kind: 'sd' | 'emmc' | 'rotating' | 'solid' | 'virtual';
  /** What the card or disk calls itself, and for a card when it was made (`MM/YYYY`). */
  readonly name?: string;
  readonly made?: string;
  /** `write back`: it has a cache and the kernel sends flushes. `write through`: it says that it has none. */
  readonly writeCache?: string;
  readonly fileSystem: string;
  /** Of the mount, those that switch flushing off. */
  readonly unsafeOptions: readonly string[];
  /** Upper bound of the share of its life that is used, 0.1-1.1; eMMC alone tells. */
  readonly lifeUsed?: number;
  readonly spares?: 'normal' | 'warning' | 'urgent';
}

/** With these the kernel does not flush the device's cache, whatever SQLite asks for (ext4(5), btrfs(5), the kernel's f2fs.rst). */
const UNSAFE: ReadonlySet<string> = new Set(['nobarrier', 'barrier=0', 'fsync_mode=nobarrier', 'eatmydata']);
const SPARES = { '0x01': 'normal', '0x02': 'warning', '0x03': 'urgent' } as const;

export interface MediumSources {
  readonly sys: Sysfs;
  /** The text of mountinfo. */
  readonly mounts: () => string;
}

const kernel: MediumSources = { sys: sysfs(), mounts: () => readFileSync('/proc/self/mountinfo', 'utf8') };

/** The device under `folder`; undefined where there is none of its own (tmpfs, a network, a container's layer). */
export function storageMedium(folder: string, { sys, mounts }: MediumSources = kernel): StorageMedium | undefined {
  try {
    const mount = mountOf(mounts(), numberOf(statSync(folder, { bigint: true }).dev));
    if (!mount) return undefined;
    const own = `dev/block/${mount.number}`;
    const base = readOrNothing(sys, `${own}/partition`) === undefined ? own : `${own}/..`;
    const device = /^DEVNAME=(.+)$/mu.exec(readOrNothing(sys, `${base}/uevent`) ?? '')?.[1];
    if (device === undefined) return undefined;
    const told = (path: string) => readOrNothing(sys, `${base}/${path}`)?.trim();
    const [name, made, writeCache] = [
      told('device/name') ?? told('device/model'),
      told('device/date'),
      told('queue/write_cache'),
    ];
    const lifeUsed = lifeOf(told('device/life_time'));
    const spares = sparesOf(told('device/pre_eol_info'));
    return {
      device,
      kind: kindOf(device, told('device/type'), told('queue/rotational')),
      fileSystem: mount.fileSystem,
      unsafeOptions: mount.options.filter((option) => UNSAFE.has(option)),
      ...(name === undefined ? {} : { name }),
      ...(made === undefined ? {} : { made }),
      ...(writeCache === undefined ? {} : { writeCache }),
      ...(lifeUsed === undefined ? {} : { lifeUsed }),
      ...(spares === undefined ? {} : { spares }),
    };
  } catch {
    return undefined;
  }
}

/** `major:minor` of a device number as glibc's makedev(3) packs it. */
function numberOf(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn & 0xffffffffn);
  return `${major}:${minor}`;
}

function mountOf(mounts: string, number: string): { number: string; fileSystem: string; options: string[] } | undefined {
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ', 2);
    const fields = before.split(' ');
    const [fileSystem = '', , superOptions = ''] = after.split(' ');
    if (fields[2] === number) return { number, fileSystem, options: `${fields[5] ?? ''},${superOptions}`.split(',') };
  }
  return undefined;
}

function kindOf(device: string, type: string | undefined, rotational: string | undefined): StorageMedium['kind'] {
  if (device.startsWith('mmcblk')) return type === 'SD' ? 'sd' : 'emmc';
  if (/^(?:vd|xvd|dm-|loop|md|zram|nbd)/u.test(device)) return 'virtual';
  return rotational === '1' ? 'rotating' : 'solid';
}

/** The worse of the two types; 0 is "not defined". */
function lifeOf(text: string | undefined): number | undefined {
  const worst = Math.max(0, ...(text ?? '').split(/\s+/u).map((part) => Number(part) || 0));
  return worst === 0 || worst > 0x0b ? undefined : worst / 10;
}

function sparesOf(text: string | undefined): StorageMedium['spares'] {
  return Object.entries(SPARES).find(([code]) => code === text)?.[1];
}
