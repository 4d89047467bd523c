// Debian packages for the bench: tools are installed on the host, the guest's kernel is only fetched and unpacked, through an
// apt state of its own, so that the machine's sources and package lists stay as they are.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { command } from './command.ts';

/** A file that shows that a package is there, and the package; every architecture needs these. */
const TOOLS = {
  '/bin/busybox': 'busybox-static',
  '/bin/cpio': 'cpio',
  '/sbin/modprobe': 'kmod',
  '/usr/bin/xz': 'xz-utils',
  '/usr/bin/make': 'make',
  '/usr/bin/gcc-12': 'gcc-12',
  '/usr/lib/x86_64-linux-gnu/libelf.so.1': 'libelf1',
  '/usr/lib/x86_64-linux-gnu/libudev.so.1': 'libudev1',
  '/usr/lib/x86_64-linux-gnu/libusb-1.0.so.0': 'libusb-1.0-0',
  '/usr/bin/ffmpeg': 'ffmpeg',
  '/usr/lib/systemd/systemd-udevd': 'udev',
};

/** Installs what is missing, as root. Returns what it installed. @throws Error naming the packages and the cure */
export function installTools({ tools }: Architecture): string[] {
  const missing = () => Object.entries({ ...TOOLS, ...tools }).flatMap(([file, name]) => (existsSync(file) ? [] : [name]));
  const needed = missing();
  if (needed.length === 0) return [];
  if (process.getuid?.() !== 0) throw new Error(`run: sudo apt-get install ${needed.join(' ')}`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  command('apt-get', ['-qq', 'update'], { environment });
  command('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...needed], { environment });
  const absent = missing();
  if (absent.length > 0) throw new Error(`installed, but their files are not where they are wanted: ${absent.join(', ')}`);
  return needed;
}

export interface PrivateApt {
  /** The suite that the kernel comes from, e.g. bookworm-backports. */
  readonly suite: string;
  /** Fetches the lists anew. @throws Error without a network */
  update(): void;
  /** The first package that `name` depends on with a name that matches. @throws Error where there is none */
  dependency(name: string, wanted: RegExp): string;
  /** Downloads into a folder. */
  download(folder: string, names: readonly string[]): void;
}

/** Where a package is that Debian 12 lacks or has too old; the release itself has it from 13 on. */
export const FOR_BOOKWORM = { kernel: 'bookworm-backports', source: 'trixie' };

/** An apt that looks only at one suite: `forBookworm` on Debian 12, else the release. The mirror is the one the machine itself uses. */
export function privateApt(folder: string, forBookworm: string): PrivateApt {
  const { uri, codename } = ownMirror();
  const suite = codename === 'bookworm' ? forBookworm : codename;
  const sources = join(folder, 'sources.list');
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(sources, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uri} ${suite} main\n`);
  const settings = {
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    // Its own user may not write into root's cache folder.
    'APT::Sandbox::User': 'root',
    // Without it `update` succeeds with the old lists when the mirror is out of reach.
    'APT::Update::Error-Mode': 'any',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return {
    suite,
    update: () => void command('apt-get', [...options, '-qq', 'update']),
    dependency(name, wanted) {
      const found = command('apt-cache', [...options, 'depends', name])
        .match(/(?<=Depends: ).*/gu)
        ?.find((one) => wanted.test(one));
      if (found === undefined) throw new Error(`${name} of ${suite} depends on nothing like ${String(wanted)}`);
      return found;
    },
    download: (into, names) => void command('apt-get', [...options, '-qq', 'download', ...names], { cwd: into }),
  };
}

function ownMirror(): { uri: string; codename: string } {
  const targets = command('apt-get', [
    'indextargets',
    '--format',
    '$(LABEL)|$(COMPONENT)|$(CODENAME)|$(REPO_URI)',
    'Created-By: Packages',
  ]);
  for (const line of targets.split('\n')) {
    const [label, component, codename = '', uri = ''] = line.split('|');
    if (label === 'Debian' && component === 'main' && /^[a-z]+$/u.test(codename)) return { uri, codename };
  }
  throw new Error(
    'apt knows no Debian release here; the bench needs Debian 12 or newer with its sources, after an apt-get update',
  );
}
