// The guest's kernel: Debian's newest of the wanted suite with its modules, unpacked and never installed, and the simulators
// built that it lacks. Kept by release; a folder in the cache is complete or not there.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { command } from './command.ts';
import type { PrivateApt } from './debian.ts';
import { fetchLoopback } from './loopback.ts';
import { buildModules, RECIPE } from './modules.ts';

export interface KernelPlan {
  readonly architecture: Architecture;
  readonly cache: string;
  readonly apt: PrivateApt;
  /** Hears of steps that take long. */
  readonly say: (words: string) => void;
}

export interface Kernel {
  /** As `uname -r` says. */
  readonly release: string;
  /** The file to boot. */
  readonly image: string;
  /** The folder whose lib/modules/RELEASE holds the modules and their index. */
  readonly root: string;
  readonly source: 'cache' | 'download';
}

/** Ends the name of a folder in the cache. */
const KEPT = `.recipe-${RECIPE}`;

/**
 * The newest kernel there is; without a network the newest in the cache, which is then said.
 * @throws Error without a network and without a cache
 */
export function fetchKernel(plan: KernelPlan): Kernel {
  const { cache } = plan;
  const release = newestRelease(plan);
  const folder = join(cache, release + KEPT);
  const kernel = { release, image: join(folder, 'boot', `vmlinuz-${release}`), root: folder };
  if (existsSync(folder)) return { ...kernel, source: 'cache' };
  const making = mkdtempSync(join(cache, 'unfinished-'));
  try {
    unpackKernel(making, release, plan);
    // Another bench may have been quicker; what it made is the same.
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return { ...kernel, source: 'download' };
}

function newestRelease({ architecture: { debian }, cache, apt, say }: KernelPlan): string {
  const ends = `-${debian}`;
  try {
    apt.update();
    return apt.dependency(`linux-image${ends}`, new RegExp(`^linux-image-\\d.*${ends}$`, 'u')).replace('linux-image-', '');
  } catch (error) {
    const kept = readdirSync(cache).filter((name) => name.endsWith(ends + KEPT));
    const [newest] = kept.sort((a, b) => statSync(join(cache, b)).mtimeMs - statSync(join(cache, a)).mtimeMs);
    if (newest === undefined) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${cache} holds no kernel yet, and ${why}`, { cause: error });
    }
    say(`${apt.suite} could not be asked for a newer kernel; using the cached one`);
    return newest.slice(0, -KEPT.length);
  }
}

function unpackKernel(folder: string, release: string, { apt, say }: KernelPlan): void {
  const debs = join(folder, 'debs');
  const headers = join(folder, 'headers');
  mkdirSync(debs);
  const [version = ''] = /^\d+\.\d+/u.exec(release) ?? [];
  const image = `linux-image-${release}`;
  const source = `linux-source-${version}`;
  const built = `linux-headers-${release}`;
  const shared = apt.dependency(built, /^linux-headers-.*-common$/u);
  const kbuild = apt.dependency(built, /^linux-kbuild-/u);
  say(`downloading ${image} and its source from ${apt.suite} (about 275 MB, once) ...`);
  // The programs that build modules run here, whatever they build for.
  apt.download(debs, [image, source, built, shared, `${kbuild}:amd64`]);
  const files = readdirSync(debs);
  const unpack = (name: string, into: string): void => {
    const file = files.find((one) => one.startsWith(`${name}_`));
    if (file === undefined) throw new Error(`apt-get download left no ${name} in ${debs}`);
    command('dpkg', ['-x', join(debs, file), into]);
  };
  unpack(image, folder);
  for (const name of [built, shared, kbuild]) unpack(name, headers);
  unpack(source, join(folder, 'source'));
  say('building gpio-sim, uleds and pwm-beeper, which this kernel lacks, from its own source, and v4l2loopback ...');
  const modules = buildModules({
    folder,
    headers,
    archive: join(folder, 'source', 'usr', 'src', `${source}.tar.xz`),
    loopback: fetchLoopback(join(folder, 'loopback')),
    release,
  });
  const extra = join(folder, 'lib', 'modules', release, 'extra');
  mkdirSync(extra, { recursive: true });
  for (const module of modules) copyFileSync(module, join(extra, basename(module)));
  command('/sbin/depmod', ['-b', folder, release]);
  for (const done of ['debs', 'headers', 'source', 'loopback', 'build'])
    rmSync(join(folder, done), { recursive: true, force: true });
}
