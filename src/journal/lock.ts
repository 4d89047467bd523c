// One daemon for one data folder. The lock is SQLite's own file lock, so the kernel lifts it however the holder ends;
// `daemon.json` beside it only says who that is.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';

export interface LockHolder {
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
}

export interface DataLock {
  release(): void;
}

const holderFile = (folder: string) => join(folder, 'daemon.json');
const lockFile = (folder: string) => join(folder, 'lock.db');

/** Somebody who only asks holds the lock for a moment; a daemon that starts just then waits for that. */
const PATIENCE_MS = 500;

/** Who says it has the folder; undefined where nobody left a word. */
export function readHolder(folder: string): LockHolder | undefined {
  try {
    const { pid, since } = JSON.parse(readFileSync(holderFile(folder), 'utf8')) as Partial<LockHolder>;
    return typeof pid === 'number' && typeof since === 'string' ? { pid, since } : undefined;
  } catch {
    return undefined;
  }
}

function tryLock(folder: string, timeout: number): Database.Database | undefined {
  const file = new Database(lockFile(folder), { timeout });
  try {
    // Without a file beside it: the lock must be had on a full disk too.
    file.pragma('journal_mode = MEMORY');
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
}

/**
 * Whether a daemon has the folder at this moment. Makes no file: one that root made could keep the daemon's user out.
 *
 * @throws SqliteError where the lock cannot be asked for, e.g. by another user
 */
export function isLocked(folder: string): boolean {
  if (!existsSync(lockFile(folder))) return false;
  const lock = tryLock(folder, 0);
  lock?.close();
  return lock === undefined;
}

/** Takes the folder, or says who has it (`undefined` fields where the holder left no word). */
export function lockData(folder: string): { lock: DataLock } | { holder: LockHolder | undefined } {
  const file = tryLock(folder, PATIENCE_MS);
  if (!file) return { holder: readHolder(folder) };
  const holder: LockHolder = { pid: process.pid, since: new Date().toISOString() };
  try {
    writeFileSync(holderFile(folder), `${JSON.stringify(holder)}\n`);
  } catch {
    // A full disk: the lock holds all the same, and an old word of another would mislead.
    rmSync(holderFile(folder), { force: true });
  }
  return {
    lock: {
      release() {
        rmSync(holderFile(folder), { force: true });
        file.close();
      },
    },
  };
}
