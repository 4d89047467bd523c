// How far the uplink got, in a small SQLite file of its own (`uplink.db`), and the session counter. Written with
// synchronous=NORMAL: losing the last write costs duplicates, which the events' key removes, never a loss.
import Database from 'better-sqlite3';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDamage } from './damage.ts';

export interface Cursors {
  /** Everything up to here was acknowledged by the broker as delivered. */
  readonly sent: number;
  /** Everything up to here is committed at the centre, by its receipt. */
  readonly receipted: number;
}

/** How far a journal that was set aside has been sent; by the name of its file. */
export interface Leftover {
  /** Everything up to here was sent, or can't be read. */
  readonly through: number;
  /** Events that were sent from the file. */
  readonly sent: number;
  /** At least so many that had not been delivered before can't be read. */
  readonly unreadable: number;
  /** There is nothing more in it. */
  readonly finished: boolean;
}

interface StoredLeftover extends Omit<Leftover, 'finished'> {
  readonly finished: number;
}

const fileName = 'uplink.db';
const selectLeftover = 'SELECT through, sent, unreadable, finished FROM leftover WHERE file = ?';
const selectCursors = 'SELECT sent, receipted FROM cursor WHERE epoch = ?';

/** Reads the cursors of one journal from beside the running daemon; undefined when there are none (yet, or readable). */
export function readCursors(dataFolder: string, epoch: string): Cursors | undefined {
  // Not knowing how far sending got is the same as having sent nothing: more is counted as backlog, nothing is pruned.
  return beside(dataFolder, (database) => database.prepare<[string], Cursors>(selectCursors).get(epoch));
}

/** The same of a journal that was set aside, by its file's name; undefined also before anything of it was sent. */
export function readLeftover(dataFolder: string, file: string): Leftover | undefined {
  return beside(dataFolder, (database) => leftoverOf(database.prepare<[string], StoredLeftover>(selectLeftover).get(file)));
}

const leftoverOf = (stored: StoredLeftover | undefined): Leftover | undefined =>
  stored && { ...stored, finished: stored.finished === 1 };

function beside<Found>(dataFolder: string, find: (database: Database.Database) => Found): Found | undefined {
  const file = join(dataFolder, fileName);
  if (!existsSync(file)) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true, timeout: 1000 });
    return find(database);
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

/** The open file and what is asked of it. */
interface OpenCursors {
  readonly database: Database.Database;
  readonly save: Database.Statement<[string, number, number]>;
  readonly session: Database.Statement<[], number>;
}

/** Opens its file when it is first needed and as long as that fails, each time again: a full disk must not silence the reader. */
export class CursorFile {
  readonly #file: string;
  readonly #setAside: (message: string) => void;
  #open: OpenCursors | undefined;
  #lastSession = 0;

  /** A damaged file is set aside as `uplink.db.damaged` and begun anew; `setAside` says so. */
  constructor(dataFolder: string, setAside: (message: string) => void) {
    this.#file = join(dataFolder, fileName);
    this.#setAside = setAside;
  }

  /** Cursors that cannot be read are none: events are sent twice, never lost. */
  read(epoch: string): Cursors {
    const none = { sent: 0, receipted: 0 };
    try {
      return this.#live().database.prepare<[string], Cursors>(selectCursors).get(epoch) ?? none;
    } catch {
      return none;
    }
  }

  /** @throws SQLite's error when it cannot be written (a full disk); the cursors before stay. */
  save(epoch: string, cursors: Cursors): void {
    this.#live().save.run(epoch, cursors.sent, cursors.receipted);
  }

  /** What can't be read was not begun: it is sent twice, never lost. */
  leftover(file: string): Leftover | undefined {
    try {
      return leftoverOf(this.#live().database.prepare<[string], StoredLeftover>(selectLeftover).get(file));
    } catch {
      return undefined;
    }
  }

  /** @throws SQLite's error when it cannot be written. */
  saveLeftover(file: string, { through, sent, unreadable, finished }: Leftover): void {
    this.#live()
      .database.prepare('INSERT OR REPLACE INTO leftover(file, through, sent, unreadable, finished) VALUES (?, ?, ?, ?, ?)')
      .run(file, through, sent, unreadable, Number(finished));
  }

  /** The number of a new connection; grows by one each time, also while the disk refuses writes. */
  nextSession(): number {
    try {
      this.#lastSession = Math.max(this.#live().session.get() ?? 0, this.#lastSession + 1);
    } catch {
      this.#lastSession += 1;
    }
    return this.#lastSession;
  }

  close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #live(): OpenCursors {
    this.#open ??= this.#openOrBegin();
    return this.#open;
  }

  #openOrBegin(): OpenCursors {
    try {
      return openFile(this.#file);
    } catch (error) {
      if (!isDamage(error)) throw error;
      renameSync(this.#file, `${this.#file}.damaged`);
      for (const rest of ['-wal', '-shm']) rmSync(this.#file + rest, { force: true });
      this.#setAside(
        `${fileName} was damaged (${String(error)}); it is kept as ${fileName}.damaged and sending starts again from the receipts`,
      );
      return openFile(this.#file);
    }
  }
}

function openFile(file: string): OpenCursors {
  const database = new Database(file, { timeout: 1000 });
  try {
    // A saved cursor is one small page: on an SD card the page is the cost.
    database.pragma('page_size = 512');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('cache_size = -64');
    database.exec(`
      CREATE TABLE IF NOT EXISTS cursor(epoch TEXT PRIMARY KEY, sent INTEGER NOT NULL, receipted INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS leftover(
        file TEXT PRIMARY KEY, through INTEGER NOT NULL, sent INTEGER NOT NULL, unreadable INTEGER NOT NULL, finished INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS session(n INTEGER NOT NULL) STRICT;
      INSERT INTO session(n) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM session);
    `);
    const save = database.prepare<[string, number, number]>(
      'INSERT INTO cursor(epoch, sent, receipted) VALUES (?, ?, ?) ' +
        'ON CONFLICT(epoch) DO UPDATE SET sent = excluded.sent, receipted = excluded.receipted',
    );
    return { database, save, session: database.prepare<[], number>('UPDATE session SET n = n + 1 RETURNING n').pluck() };
  } catch (error) {
    database.close();
    throw error;
  }
}
