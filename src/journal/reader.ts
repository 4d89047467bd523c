// Reading a journal beside a running daemon: what `journal tail`, `export` and `stats` show. Never writes.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { NORMAL, type Standing } from '../admission/standing.ts';
import { type ChainRow, readChain, type StoredEvent } from './chain.ts';
import { type Connection, openForReading } from './database.ts';
import { JOURNAL_FILE } from './journal.ts';
import { readStanding } from './orders.ts';

export interface JournalReader {
  readonly connection: Connection;
  readonly chain: ChainRow;
}

export interface Extent {
  readonly first: number;
  readonly last: number;
  readonly rows: number;
}

/** Opens the journal of a data folder; undefined where there is none. @throws SqliteError where it cannot be read. */
export function openReader(folder: string): JournalReader | undefined {
  const file = join(folder, JOURNAL_FILE);
  if (!existsSync(file)) return undefined;
  const connection = openForReading(file);
  let chain: ChainRow | undefined;
  try {
    chain = readChain(connection);
    return chain && { connection, chain };
  } finally {
    if (!chain) connection.close();
  }
}

/** What the centre ordered to last, by the journal of a data folder; nothing where there is none, or it can't be read. */
export function standingIn(folder: string): Standing {
  try {
    const reader = openReader(folder);
    if (!reader) return NORMAL;
    try {
      return readStanding(reader.connection);
    } finally {
      reader.connection.close();
    }
  } catch {
    return NORMAL;
  }
}

/** Numbers have no gaps, so that counting needs no look at the rows. */
export function extentOf({ connection, chain }: JournalReader): Extent {
  const { first, last } = connection
    .prepare<[], { first: number | null; last: number | null }>(
      'SELECT (SELECT min(sequence) FROM event) AS first, (SELECT max(sequence) FROM event) AS last',
    )
    .get() ?? { first: null, last: null };
  if (first === null || last === null) return { first: chain.prunedSequence + 1, last: chain.prunedSequence, rows: 0 };
  return { first, last, rows: last - first + 1 };
}

/** Events with `after < sequence <= through` in order, at most `limit`. */
export function eventsBetween(
  { connection }: JournalReader,
  after: number,
  through: number,
  limit: number,
): IterableIterator<StoredEvent> {
  return connection
    .prepare<[number, number, number], StoredEvent>(
      'SELECT sequence, body FROM event WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
    )
    .iterate(after, through, limit);
}

/** Bytes the journal takes on disk, with its write-ahead log. */
export function bytesOnDisk(folder: string): number {
  return ['', '-wal'].reduce(
    (sum, suffix) => sum + (statSync(join(folder, JOURNAL_FILE + suffix), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
