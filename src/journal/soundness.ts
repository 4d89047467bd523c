// Is the file a sound journal? Quick enough for every start: the newest rows and their chain always, every page where the
// file is small. Large files are checked whole beside the running gate (check-worker.ts).

import { statSync } from 'node:fs';

import { type ChainRow, hashOf, headOf, readChain, type StoredEvent } from './chain.ts';
import { Damaged, type Connection } from './database.ts';

/** Reading this much costs well under half a second on a Pi's card. */
const SMALL_FILE_BYTES = 16 << 20;
const NEWEST_ROWS = 256;
/** More than anybody reads at once. */
const MOST_ROWS = 1_000;

/** Whether a start looks at every page of a file of this size. */
export const isSmall = (file: string): boolean => statSync(file).size <= SMALL_FILE_BYTES;

export interface Look {
  readonly everyPage: boolean;
  /** Rows of which somebody says that they are not what was written. */
  readonly rows?: { readonly from: number; readonly to: number } | undefined;
}

/** @throws Damaged naming the first fault, or SqliteError where a page cannot be read. */
export function requireSound(connection: Connection, { everyPage, rows }: Look): void {
  const chain = readChain(connection);
  if (!chain) return;
  const newest = connection
    .prepare<[number], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence DESC LIMIT ?')
    .all(NEWEST_ROWS)
    .reverse();
  requireChained(newest, chain);
  const last = newest.at(-1);
  if (last && !isWhole(last)) throw new Damaged(`event ${last.sequence}, the last one, is not whole`);
  if (rows) requireRows(connection, chain, rows);
  if (headOf(connection, chain).sequence < chain.sealedSequence) throw new Damaged('sealed events are missing at the end');
  if (!everyPage) return;
  const [answer] = connection.pragma('quick_check(1)') as { quick_check: string }[];
  if (answer?.quick_check !== 'ok') throw new Damaged(answer?.quick_check ?? 'no answer from the integrity check');
}

function requireChained(events: readonly StoredEvent[], chain: ChainRow): void {
  events.forEach((event, index) => {
    const before = events[index - 1];
    if (before && event.sequence !== before.sequence + 1) throw new Damaged(`rows are missing before ${event.sequence}`);
    const expected = before ? hashOf(before.body) : event.sequence === chain.prunedSequence + 1 ? chain.prunedHash : undefined;
    if (expected !== undefined && !event.body.includes(`"prevhash":"${expected}"`)) {
      throw new Damaged(`the chain is broken before event ${event.sequence}`);
    }
  });
}

/** With the one after them: only it tells that the last of them was changed. */
function requireRows(connection: Connection, chain: ChainRow, { from, to }: NonNullable<Look['rows']>): void {
  const rows = connection
    .prepare<[number, number], StoredEvent>('SELECT sequence, body FROM event WHERE sequence BETWEEN ? AND ? ORDER BY sequence')
    .all(from, Math.min(to, from + MOST_ROWS) + 1);
  const broken = rows.find((event) => !isWhole(event));
  if (broken) throw new Damaged(`event ${broken.sequence} is not whole`);
  requireChained(rows, chain);
}

/** A fault in words that hold no personal data: SQLite's messages name tables and causes, never values. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`;
}

/** Whether a row still is the event that was stored. No later row holds the last one's hash: what it shows for itself must do. */
function isWhole({ sequence, body }: StoredEvent): boolean {
  try {
    const event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as { readonly sequence?: unknown };
    return Number(event.sequence) === sequence;
  } catch {
    return false;
  }
}
