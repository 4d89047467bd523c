// v4l2loopback's source from Debian's package for DKMS, unpacked and never installed: a camera that shows what a program writes to it.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import { FOR_BOOKWORM, privateApt } from './debian.ts';

const PACKAGE = 'v4l2loopback-dkms';

/** Makes `folder` and returns the source's folder in it. @throws Error without a network */
export function fetchLoopback(folder: string): string {
  mkdirSync(folder);
  // Of its own: the lists of a whole release are asked for when something is built, not at every run.
  const apt = privateApt(join(folder, 'apt'), FOR_BOOKWORM.source);
  apt.update();
  apt.download(folder, [PACKAGE]);
  const archive = readdirSync(folder).find((name) => name.startsWith(`${PACKAGE}_`));
  if (archive === undefined) throw new Error(`apt-get download left no ${PACKAGE} in ${folder}`);
  command('dpkg', ['-x', join(folder, archive), join(folder, 'package')]);
  const sources = join(folder, 'package', 'usr', 'src');
  const [source] = readdirSync(sources);
  if (source === undefined) throw new Error(`${archive} holds no source in usr/src`);
  return join(sources, source);
}
