// Opening the journal's file: pragmas that make a commit mean "on disk", and migrations that run once, in order.

import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';

import Database from 'better-sqlite3';

import { isSqliteDamage } from '../system/sqlite-damage.ts';

export type Connection = Database.Database;

/** `GRJ1`: tells a journal from any other SQLite file. */
const APPLICATION_ID = 0x47_52_4a_31;

/**
 * Small pages are less SD-card wear for each commit. Measured per durable insert of 631 bytes: 6.7 KB with pages of 512 bytes, 8.5 KB
 * with 1,024, 8.3 KB with 2,048, 10.4 KB with 4,096; the time is the same.
 */
const PAGE_BYTES = 512;

/** Nobody else writes here; a stray tool that locks the file must not hold up the gate for long. */
const BUSY_MS = 250;

const MIGRATIONS = new URL('./migrations/', import.meta.url);

/** The file is not a sound journal: what a caller may cure by setting it aside. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** Whether an error says that the file itself is damaged, as opposed to a full, slow or missing disk. */
export function isDamage(error: unknown): boolean {
  return error instanceof Damaged || isSqliteDamage(error);
}

/**
 * Opens for writing, creates what is missing. `synchronous` must be set on every open: better-sqlite3's builds default to
 * NORMAL for WAL, which loses acknowledged scans in a power cut.
 *
 * @throws Damaged or SqliteError; the connection is closed then.
 */
export function openForWriting(file: string): Connection {
  const connection = new Database(file, { timeout: BUSY_MS });
  try {
    connection.pragma(`page_size = ${PAGE_BYTES}`);
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('trusted_schema = OFF');
    connection.pragma('cell_size_check = ON');
    connection.pragma('cache_size = -2048');
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * After a commit that failed in its flush: the transaction is rolled back, and yet whole in the write-ahead log, where the next
 * opening after a crash would take it for committed. Another that changes nothing is written over it, flushed or not. (An UPDATE
 * to the same value writes nothing.)
 */
export function coverFailedCommit(connection: Connection): void {
  try {
    connection.pragma(`application_id = ${APPLICATION_ID}`);
  } catch {
    // It fails for the same reason; by then it is written.
  }
}

/** Opens beside a running daemon; never writes. @throws SqliteError, also where the file is missing. */
export function openForReading(file: string): Connection {
  return new Database(file, { readonly: true, fileMustExist: true, timeout: 2_000 });
}

function migrate(connection: Connection): void {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const version = Number(connection.pragma('user_version', { simple: true }));
  const application = Number(connection.pragma('application_id', { simple: true }));
  if (version > 0 && application !== APPLICATION_ID) throw new Damaged('the file is another program’s database');
  if (version > files.length) {
    throw new Error(`the journal was written by a newer version (format ${version}, this one knows ${files.length})`);
  }
  files.slice(version).forEach((name, index) => {
    const sql = readFileSync(new URL(name, MIGRATIONS), 'utf8');
    connection.transaction(() => {
      connection.exec(sql);
      connection.pragma(`user_version = ${version + index + 1}`);
      connection.pragma(`application_id = ${APPLICATION_ID}`);
    })();
  });
}

/** Renames a database with all that belongs to it. */
export function moveAside(file: string, to: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, to + suffix);
  }
}

/** Which file it is, whatever it is called; 0 for none. */
export const inodeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
