// A disk so small that it can be filled: a tmpfs that only what is tried and this bench see, in a mount namespace of its own. It is
// gone with the process that holds the namespace.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  /** Where it is mounted, for what is started `through`, and where this bench sees it. */
  readonly folder: string;
  readonly seen: string;
  /** The words that run a program where the disk is mounted. */
  readonly through: readonly string[];
  /** Takes all of the disk but about so many bytes. */
  fill(leave: number): void;
  /** Gives it back. */
  free(): void;
  close(): Promise<void>;
}

/** Without root a user namespace comes first, in which one is root. */
const NAMESPACES = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
const ENTER = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--preserve-credentials', '--mount'];
const BLOCK_BYTES = 4096;

/** Why there can't be one here. */
export function unableToMount(): string | undefined {
  const { status } = spawnSync('unshare', [...NAMESPACES, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return status === 0 ? undefined : 'no mount namespace (unshare --mount)';
}

/** Mounts a disk of `bytes` on `folder`. @throws Error where that can't be done */
export async function smallDisk(folder: string, bytes: number): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  const script = `mount -t tmpfs -o size=${bytes},mode=700 tmpfs "$1" && echo mounted && exec sleep infinity`;
  const holder = spawn('unshare', [...NAMESPACES, 'sh', '-c', script, 'sh', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (): void => void holder.kill('SIGKILL');
  process.on('exit', kill);
  const ended = once(holder, 'exit');
  const [said] = (await Promise.race([once(holder.stdout, 'data'), ended])) as [unknown];
  if (String(said).trim() !== 'mounted') throw new Error(`no disk could be mounted on ${folder}`);
  const seen = join(`/proc/${holder.pid}/root`, folder);
  const filler = join(seen, 'filler');
  return {
    folder,
    seen,
    through: ['nsenter', '--target', String(holder.pid), ...ENTER],
    fill(leave) {
      // What is kept free is taken first and given back last: nobody else gets it in between.
      const kept = `${filler}-kept`;
      grow(kept, leave);
      grow(filler, Number.MAX_SAFE_INTEGER);
      rmSync(kept);
    },
    free: () => rmSync(filler, { force: true }),
    async close() {
      kill();
      process.off('exit', kill);
      await ended;
    },
  };
}

/** Writes until so much is written or the disk is full. */
function grow(file: string, most: number): void {
  const fd = openSync(file, 'w');
  const block = Buffer.alloc(BLOCK_BYTES);
  try {
    for (let written = 0; written < most; ) written += writeSync(fd, block, 0, Math.min(BLOCK_BYTES, most - written));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(fd);
  }
}
