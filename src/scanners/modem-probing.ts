// ModemManager opens every new serial port and writes modem commands to it, unless udev was told that the port is no modem. Looks
// only; never throws.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What to do about it, for messages. */
export const MODEM_MANAGER_CURE =
  'install hardware/udev/60-gate-reader.rules, which tell it to leave scanners alone, or stop it: sudo systemctl disable --now ModemManager';

export interface ModemManagerRoots {
  readonly proc: string;
  /** The device database of udev: a file a device, `c<major>:<minor>`, with a line `E:KEY=value` a property. */
  readonly udev: string;
}

const ROOTS: ModemManagerRoots = { proc: '/proc', udev: '/run/udev/data' };

export async function isModemManagerRunning({ proc } = ROOTS): Promise<boolean> {
  const names = await readdir(proc).catch((): string[] => []);
  const pids = names.filter((name) => /^[0-9]+$/.test(name));
  const programs = await Promise.all(pids.map((pid) => readFile(join(proc, pid, 'comm'), 'utf8').catch(() => '')));
  return programs.some((program) => program.trim() === 'ModemManager');
}

/** Whether it runs and nothing keeps it from the port `path`. */
export async function isProbedByModemManager(path: string, roots = ROOTS): Promise<boolean> {
  if (!(await isModemManagerRunning(roots))) return false;
  const number = await stat(path).then(
    ({ rdev }) => `c${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}`,
    () => '',
  );
  const properties = await readFile(join(roots.udev, number), 'utf8').catch(() => '');
  return !/^E:ID_MM_(?:DEVICE|PORT)_IGNORE=1$/m.test(properties);
}
