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

/** Does what needs Debian's mirror. @throws Error that says so, with apt's words */
function fromMirror(what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(
      `can't ${what}: is Debian's mirror within reach? (network, http_proxy, /etc/apt/sources.list*) apt says:\n${words}`,
      { cause: error },
    );
  }
}

/** Installs what is missing, as root. Returns what it installed. @throws Error naming the packages and the cure */
export function installTools({ tools }: Architecture): string[] {
  const missing = () => Object.entries({ ...TOOLS, ...tools }).flatMap(([file, name]) => (existsSync(file) ? [] : [name]));
  const needed = missing();
  if (needed.length === 0) return [];
  const packages = needed.join(' ');
  if (process.getuid?.() !== 0) throw new Error(`the bench needs Debian packages; run: sudo apt-get install ${packages}`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  fromMirror(`install ${packages}`, () => {
    command('apt-get', ['-qq', 'update'], { environment });
    command('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...needed], { environment });
  });
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
  /** Downloads with all that the packages depend on. */
  downloadAll(folder: string, names: readonly string[]): void;
}

export interface AptPlan {
  /** For its lists; made where it is not there. */
  readonly folder: string;
  /** Debian's name; what is built for the host can be asked for as NAME:amd64. */
  readonly architecture: string;
  /** What for: a row of {@link ON_BOOKWORM}. */
  readonly wanted: keyof typeof ON_BOOKWORM;
}

/** Where Debian 12 has a kernel of the right series, itself, and a source that fits that kernel. Later ones have all in the release. */
const ON_BOOKWORM = { kernel: 'bookworm-backports', release: 'bookworm', source: 'trixie' };

/** An apt that looks at one suite of Debian only and knows of no installed package. The mirror is the machine's own. */
export function privateApt({ folder, architecture, wanted: what }: AptPlan): PrivateApt {
  const { uri, codename } = ownMirror();
  const suite = codename === 'bookworm' ? ON_BOOKWORM[what] : codename;
  const status = join(folder, 'status');
  const sources = join(folder, 'sources.list');
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(sources, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uri} ${suite} main\n`);
  writeFileSync(status, '');
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': `${architecture},amd64`,
    'Dir::State::status': status,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    // Its own user may not write into root's cache folder.
    'APT::Sandbox::User': 'root',
    // Without it `update` succeeds with the old lists when the mirror is out of reach.
    'APT::Update::Error-Mode': 'any',
    // A network that swallows everything must not cost minutes.
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '20',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return {
    suite,
    update: () => fromMirror(`fetch the lists of ${suite}`, () => void command('apt-get', [...options, '-qq', 'update'])),
    dependency(name, wanted) {
      const found = command('apt-cache', [...options, 'depends', name])
        .match(/(?<=Depends: ).*/gu)
        ?.find((one) => wanted.test(one));
      if (found === undefined) throw new Error(`${name} of ${suite} depends on nothing like ${String(wanted)}`);
      return found;
    },
    download(into, names) {
      const words = [...options, '-qq', 'download', ...names];
      fromMirror(`fetch ${names.join(' ')}`, () => void command('apt-get', words, { cwd: into }));
    },
    downloadAll(into, names) {
      const only = ['-qq', '-y', '--no-install-recommends', '--download-only', '-o', `Dir::Cache::archives=${into}`];
      fromMirror(`fetch ${names.join(' ')}`, () => void command('apt-get', [...options, ...only, 'install', ...names]));
    },
  };
}

function ownMirror(): Mirror {
  const known = knownMirror();
  if (known !== undefined) return known;
  // Images for containers come without apt's lists, and apt then knows no codename.
  if (process.getuid?.() === 0) fromMirror('ask for lists of packages', () => void command('apt-get', ['-qq', 'update']));
  const found = knownMirror();
  if (found !== undefined) return found;
  throw new Error(
    'apt knows no Debian release here; the bench needs Debian 12 or newer with its sources, after an apt-get update',
  );
}

interface Mirror {
  readonly uri: string;
  readonly codename: string;
}

function knownMirror(): Mirror | undefined {
  const format = '$(LABEL)|$(COMPONENT)|$(CODENAME)|$(REPO_URI)';
  const targets = command('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  for (const line of targets.split('\n')) {
    const [label, component, codename = '', uri = ''] = line.split('|');
    if (label === 'Debian' && component === 'main' && /^[a-z]+$/u.test(codename)) return { uri, codename };
  }
  return undefined;
}
