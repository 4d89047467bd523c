// The system's own udevd in the guest, with its own rules and those of hardware/udev, as a kiosk is installed. Not there unless a
// check starts it.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../fakes/eventually.ts';
import { ROOT, WAIT_MS } from './kiosk.ts';

const DAEMON = '/usr/lib/systemd/systemd-udevd';
const RULES = '60-gate-reader.rules';
/** Debian's groups, which udev's own rules name; gate-reader is made first, as the head of the rules says. */
const GROUPS = '/usr/share/base-passwd/group.master';

/** The number of group gate-reader. */
export const GROUP = 990;

export interface Udev {
  /** Resolves when every device that came or went has been through the rules. */
  settled(): Promise<void>;
  /** A property that the rules gave a device, e.g. ID_BUS. */
  property(device: string, name: string): string | undefined;
  /** @throws Error where udevd complained of a rule of hardware/udev */
  stop(): Promise<void>;
}

/** Starts udevd and waits until it answers. @throws Error with its words */
export async function startUdev(): Promise<Udev> {
  writeFileSync('/etc/group', `${readFileSync(GROUPS, 'utf8')}gate-reader:x:${GROUP}:\n`);
  mkdirSync('/etc/udev/rules.d', { recursive: true });
  copyFileSync(join(ROOT, 'hardware', 'udev', RULES), join('/etc/udev/rules.d', RULES));
  const environment = { ...process.env, SYSTEMD_LOG_TARGET: 'console' };
  const daemon = spawn(DAEMON, { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
  let words = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const gone = new Promise<void>((resolve) => daemon.once('close', () => resolve()));
  const answers = (): boolean => spawnSync('udevadm', ['control', '--ping', '--timeout=5']).status === 0;
  await eventually('udevd answering', answers, { deadlineMs: WAIT_MS, detail: () => words });
  const settled = (): boolean => spawnSync('udevadm', ['settle', '--timeout=10']).status === 0;
  return {
    settled: async () => void (await eventually('udevd done', settled, { deadlineMs: WAIT_MS, detail: () => words })),
    property(device, name) {
      const lines = execFileSync('udevadm', ['info', '--query=property', `--name=${device}`], { encoding: 'utf8' }).split('\n');
      return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
    },
    async stop() {
      daemon.kill('SIGTERM');
      await gone;
      // What it can't make sense of it leaves out, and nobody else would say so.
      if (words.includes(RULES)) throw new Error(`udevd says of the rules: ${words}`);
    },
  };
}
