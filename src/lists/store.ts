// `lists.db`: the lists as they were last taken over, in a SQLite file of their own. A list is replaced whole in one
// transaction, so a reader sees the old one or the new one; reading loads one entry at a time. What is lost with the file comes
// again from the broker or the folder.

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import type { HolderPolicy, ListInfo, ListName, RosterEntry } from '../admission/ports.ts';
import { type PublicJwk, thumbprintOf } from '../system/secrets.ts';
import { isSqliteDamage } from '../system/sqlite-damage.ts';
import type { Entries } from './entries.ts';
import { isListName } from './entries.ts';
import type { SignedList } from './read-list.ts';

export const LISTS_FILE = 'lists.db';

/** `GRL1`: tells it from any other SQLite file. */
const APPLICATION_ID = 0x47_52_4c_31;
const FORMAT = 1;

/** A writer never keeps a reader waiting in WAL; this is for a stray tool that locks the file. */
const READER_BUSY_MS = 20;
const WRITER_BUSY_MS = 5_000;

/** One list as it is stored. */
export interface StoredList extends ListInfo {
  readonly list: ListName;
  readonly site: string;
  /** Who signed it; of the list `keys`: the key of the trust file by whose word it counts, through however many lists before it. */
  readonly kid: string;
  /** SHA-256 of the JWS, hex. */
  readonly sha256: string;
  readonly entries: number;
}

const SCHEMA = `
  CREATE TABLE list(name TEXT PRIMARY KEY, site TEXT NOT NULL, version INTEGER NOT NULL, issued_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL, kid TEXT NOT NULL, sha256 TEXT NOT NULL, entries INTEGER NOT NULL, taken_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE roster(ref TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE revoked(ref TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE policy(holder TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE keys(x TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};
`;

/** Whether an error says that the file is damaged or no store of ours, as opposed to a full, slow or missing disk. */
export function isDamage(error: unknown): boolean {
  return error instanceof ForeignFile || isSqliteDamage(error);
}

/** The file is another program's, or of another format. */
class ForeignFile extends Error {
  override readonly name = 'ForeignFile';
}

/** Moves a damaged store out of the way, over one set aside before; its name now. */
export function setAside(dataFolder: string): string {
  const file = join(dataFolder, LISTS_FILE);
  const aside = `${file}.damaged`;
  if (existsSync(file)) renameSync(file, aside);
  for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
  return aside;
}

function requireOurs(database: Database.Database): void {
  const [application, format] = [
    database.pragma('application_id', { simple: true }),
    database.pragma('user_version', { simple: true }),
  ];
  if (application !== APPLICATION_ID || format !== FORMAT) {
    throw new ForeignFile(`${LISTS_FILE} is not a store of lists of format ${FORMAT}`);
  }
}

/** Looks entries up, beside a writer. Every method throws SqliteError where the file cannot be read. */
export class ListReader {
  readonly #database: Database.Database;
  readonly #roster: Database.Statement<[string], { body: string }>;
  readonly #revoked: Database.Statement<[string], { found: number }>;

  /** @throws SqliteError or ForeignFile */
  constructor(dataFolder: string) {
    this.#database = new Database(join(dataFolder, LISTS_FILE), { readonly: true, fileMustExist: true, timeout: READER_BUSY_MS });
    try {
      requireOurs(this.#database);
      this.#database.pragma('cache_size = -512');
      this.#database.pragma('cell_size_check = ON');
      this.#roster = this.#database.prepare('SELECT body FROM roster WHERE ref = ?');
      this.#revoked = this.#database.prepare('SELECT 1 AS found FROM revoked WHERE ref = ?');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  lists(): StoredList[] {
    const rows = this.#database
      .prepare<[], Omit<StoredList, 'list'> & { readonly list: string }>(
        `SELECT name AS list, site, version, issued_ms AS issuedMs, expires_ms AS expiresMs, kid, sha256, entries FROM list`,
      )
      .all();
    return rows.flatMap((row) => (isListName(row.list) ? [{ ...row, list: row.list }] : []));
  }

  rosterEntry(ref: string): RosterEntry | undefined {
    const row = this.#roster.get(ref);
    return row && entryOf(ref, row.body);
  }

  isRevoked(ref: string): boolean {
    return this.#revoked.get(ref) !== undefined;
  }

  /** Everybody, in the order of the refs, one at a time. */
  *roster(): Generator<RosterEntry> {
    const rows = this.#database.prepare<[], { ref: string; body: string }>('SELECT ref, body FROM roster ORDER BY ref').iterate();
    for (const { ref, body } of rows) yield entryOf(ref, body);
  }

  policies(): ReadonlyMap<string, HolderPolicy> {
    const rows = this.#database.prepare<[], { holder: string; body: string }>('SELECT holder, body FROM policy').all();
    return new Map(rows.map(({ holder, body }) => [holder, JSON.parse(body) as HolderPolicy]));
  }

  keys(): PublicJwk[] {
    const rows = this.#database.prepare<[], { x: string }>('SELECT x FROM keys ORDER BY x').all();
    return rows.map(({ x }) => ({ kty: 'OKP', crv: 'Ed25519', x }));
  }

  close(): void {
    this.#database.close();
  }
}

const entryOf = (ref: string, body: string): RosterEntry => ({ ref, ...(JSON.parse(body) as Omit<RosterEntry, 'ref'>) });

/** What the version of a new list must be above, which bytes are there already, and by whose word. */
export type Standing = Pick<StoredList, 'version' | 'sha256' | 'kid'>;

/** Whose word counts now. */
export interface Vouchers {
  /** All who may sign. */
  readonly issuers: readonly PublicJwk[];
  /** Those of them that no list added. */
  readonly roots: readonly PublicJwk[];
}

/**
 * Whether somebody still vouches for a stored list. Where nobody does, its version holds no other back, and if it is `keys`, it adds
 * none: a key that was stolen and taken out of the trust file would else stay for as long as the thief wrote into the list.
 */
export function isVouched(list: ListName, { kid }: Pick<StoredList, 'kid'>, { issuers, roots }: Vouchers): boolean {
  return (list === 'keys' ? roots : issuers).some((one) => thumbprintOf(one) === kid);
}

/** Replaces whole lists. For the worker: it takes as long as it takes. */
export class ListWriter {
  readonly #database: Database.Database;

  /** Opens or makes the file. @throws SqliteError or ForeignFile */
  constructor(dataFolder: string) {
    this.#database = new Database(join(dataFolder, LISTS_FILE), { timeout: WRITER_BUSY_MS });
    try {
      this.#database.pragma('journal_mode = WAL');
      // A checkpoint follows each swap before it is told of; a cut before that leaves the list as it was.
      this.#database.pragma('synchronous = NORMAL');
      this.#database.pragma('cell_size_check = ON');
      this.#database.pragma('wal_autocheckpoint = 0');
      if (this.#database.pragma('application_id', { simple: true }) === 0 && this.#isEmpty()) this.#make();
      requireOurs(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** The stored list of that name for that site. */
  standing(list: ListName, site: string): Standing | undefined {
    return this.#database
      .prepare<[string, string], Standing>('SELECT version, sha256, kid FROM list WHERE name = ? AND site = ?')
      .get(list, site);
  }

  /** One transaction; when it returns, the list is on disk. `kid`: see `StoredList`. @throws SqliteError; the list before stays */
  replace(list: Omit<SignedList, 'kid'>, { kid, sha256 }: Pick<StoredList, 'kid' | 'sha256'>, takenMs: number): void {
    const { content, site, version, issuedMs, expiresMs } = list;
    this.#database
      .transaction(() => {
        this.#database.prepare(`DELETE FROM ${content.list}`).run();
        this.#insert(content);
        this.#database
          .prepare('INSERT OR REPLACE INTO list VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
          .run(content.list, site, version, issuedMs, expiresMs, kid, sha256, content.entries.length, takenMs);
      })
      .immediate();
    this.#database.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#database.close();
  }

  #isEmpty(): boolean {
    return this.#database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  }

  #make(): void {
    this.#database.transaction(() => this.#database.exec(SCHEMA)).immediate();
  }

  #insert(content: Entries): void {
    switch (content.list) {
      case 'roster': {
        const insert = this.#database.prepare('INSERT INTO roster VALUES (?, ?)');
        // In the order of the key every page is written once.
        for (const { ref, ...body } of content.entries.toSorted(byRef)) insert.run(ref, JSON.stringify(body));
        return;
      }
      case 'revoked': {
        const insert = this.#database.prepare('INSERT INTO revoked VALUES (?)');
        for (const { ref } of content.entries.toSorted(byRef)) insert.run(ref);
        return;
      }
      case 'policy': {
        const insert = this.#database.prepare('INSERT INTO policy VALUES (?, ?)');
        for (const { holder, ...body } of content.entries) insert.run(holder, JSON.stringify(body));
        return;
      }
      case 'keys': {
        const insert = this.#database.prepare('INSERT INTO keys VALUES (?)');
        for (const { x } of content.entries) insert.run(x);
      }
    }
  }
}

function byRef(a: { readonly ref: string }, b: { readonly ref: string }): number {
  return a.ref < b.ref ? -1 : 1;
}
