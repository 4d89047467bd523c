// Why a serial port would not open, in words that say what to do. The library's errors carry no code, so the system is asked
// again after a failure; nothing here runs while a scanner works.

import { constants } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { isModemManagerRunning, MODEM_MANAGER_CURE } from './modem-probing.ts';

export type OpenFailureCode = 'absent' | 'not-serial' | 'no-permission' | 'in-use' | 'failed';

export interface OpenFailure {
  readonly ok: false;
  readonly code: OpenFailureCode;
  /** What was found and what to do; holds the path, never anything that was read. */
  readonly message: string;
}

/** Finds the cause of a failed opening of `path`; where the system shows none, the library's own words are passed on. */
export async function explainFailedOpen(path: string, cause: unknown): Promise<OpenFailure> {
  const device = await attempt(stat(path));
  if (!device.ok) {
    if (device.code === 'EACCES') return noPermission(path);
    return failure(
      'absent',
      `${path} is not there (${device.code}); plug the scanner in, or correct its path: doctor lists the ports`,
    );
  }
  if (!device.value.isCharacterDevice()) {
    return failure('not-serial', `${path} is not a serial device; correct the scanner's path: doctor lists the ports`);
  }
  const again = await attempt(open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  if (!again.ok) return await explainCode(path, again.code);
  await again.value.close();
  const holder = await lockHolder(device.value.dev, device.value.ino);
  if (holder !== undefined) return inUse(path, `by ${holder}`);
  const words = cause instanceof Error ? cause.message : String(cause);
  return failure(
    'failed',
    `${path} could not be set up as a serial port (${words}); check its path, baud rate, data bits, parity and stop bits`,
  );
}

async function explainCode(path: string, code: string): Promise<OpenFailure> {
  if (code === 'EACCES' || code === 'EPERM') return noPermission(path);
  // Who has claimed a terminal for itself (TIOCEXCL) the kernel does not say; ModemManager does while it probes.
  if (code === 'EBUSY') return inUse(path, (await isModemManagerRunning()) ? 'probably by ModemManager' : 'by another program');
  return failure('failed', `${path} is there but does not open (${code}); unplug the scanner and plug it in again`);
}

function noPermission(path: string): OpenFailure {
  return failure(
    'no-permission',
    `no permission to open ${path}; add the user this runs as to group dialout (or install the udev rules) and restart`,
  );
}

function inUse(path: string, holder: string): OpenFailure {
  const cure = holder.includes('ModemManager') ? MODEM_MANAGER_CURE : 'stop that program, a scanner has one reader';
  return failure('in-use', `${path} is in use ${holder}; ${cure}`);
}

function failure(code: OpenFailureCode, message: string): OpenFailure {
  return { ok: false, code, message };
}

/** The process that holds the file's lock, by proc_locks(5): `1: FLOCK ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 EOF`. */
async function lockHolder(dev: number, inode: number): Promise<string | undefined> {
  const locks = await attempt(readFile('/proc/locks', 'utf8'));
  if (!locks.ok) return undefined;
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const file = [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':') + `:${inode}`;
  for (const lock of locks.value.split('\n')) {
    const [, , , , pid, locked] = lock.trim().split(/\s+/);
    if (locked !== file || pid === undefined) continue;
    const name = await attempt(readFile(`/proc/${pid}/comm`, 'utf8'));
    return `process ${pid}${name.ok ? ` (${name.value.trim()})` : ''}`;
  }
  return undefined;
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string };

async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}
