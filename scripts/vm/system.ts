// The guest's system and node_modules. On the host's own architecture they are the host's; for another one the system is a
// few Debian packages, unpacked, and node_modules is what the lock file pins for it, both kept in the cache.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { command } from './command.ts';
import { privateApt } from './debian.ts';

export interface GuestSystem {
  /** The guest's /usr; bin, sbin and lib are in it. */
  readonly usr: string;
  readonly nodeModules: string;
}

export interface SystemPlan {
  readonly architecture: Architecture;
  readonly cache: string;
  readonly checkout: string;
  /** Hears of steps that take long. */
  readonly say: (words: string) => void;
}

/** @throws Error without a network where the cache lacks something */
export function fetchSystem(plan: SystemPlan): GuestSystem {
  const { architecture, checkout } = plan;
  if (architecture.system.length === 0) return { usr: '/usr', nodeModules: join(checkout, 'node_modules') };
  const system = kept(plan, 'system', architecture.system.join(' '), unpackSystem);
  const modules = kept(plan, 'modules', readFileSync(join(checkout, 'package-lock.json'), 'utf8'), installModules);
  return { usr: join(system, 'usr'), nodeModules: join(modules, 'node_modules') };
}

/** A folder of the cache that is complete or not there, named by what it is made from; its predecessors are removed. */
function kept(plan: SystemPlan, what: string, from: string, make: (folder: string, plan: SystemPlan) => void): string {
  const { architecture, cache } = plan;
  const begins = `${what}-${architecture.debian}.`;
  const name = begins + createHash('sha256').update(from).digest('hex').slice(0, 16);
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(join(cache, 'unfinished-'));
  try {
    make(making, plan);
    for (const old of readdirSync(cache)) if (old.startsWith(begins)) rmSync(join(cache, old), { recursive: true, force: true });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

function unpackSystem(folder: string, { architecture: { debian, system }, cache, say }: SystemPlan): void {
  const apt = privateApt({ folder: join(cache, `apt-${debian}-system`), architecture: debian, wanted: 'release' });
  const debs = join(folder, 'debs');
  mkdirSync(join(debs, 'partial'), { recursive: true });
  say(`downloading a small ${debian} system of ${apt.suite} (about 11 MB, once) ...`);
  apt.update();
  apt.downloadAll(debs, system);
  for (const name of ['bin', 'sbin', 'lib']) {
    mkdirSync(join(folder, 'usr', name), { recursive: true });
    command('ln', ['-s', `usr/${name}`, join(folder, name)]);
  }
  // dpkg -x would put folders in place of the links.
  const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
  for (const file of readdirSync(debs)) {
    if (file.endsWith('.deb')) command('sh', ['-c', unpack, 'sh', join(debs, file), folder]);
  }
  rmSync(debs, { recursive: true });
}

function installModules(folder: string, { architecture: { debian }, checkout, say }: SystemPlan): void {
  say(`installing what the program needs for ${debian} (about 260 MB, once for a lock file) ...`);
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(checkout, name), join(folder, name));
  const target = [`--cpu=${debian}`, '--os=linux', '--libc=glibc'];
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  // As scripts/setup does it, where the reasons are.
  command('npm', ['install', '--no-save', '--omit=dev', '--ignore-scripts', ...target, ...quiet], { cwd: folder });
  const link = join(folder, 'node_modules', '.bin', 'node');
  if (!existsSync(link)) command('ln', ['-s', `../node-linux-${debian}/bin/node`, link]);
  // Headers, a third of the whole.
  rmSync(join(folder, 'node_modules', `node-linux-${debian}`, 'include'), { recursive: true, force: true });
}
