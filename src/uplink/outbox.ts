// The journal as the uplink reads it: through a connection of its own, read-only, rows by sequence number. Never writes; a
// transaction never outlives a call, so the writer's checkpoints are not held up.
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { Damaged, isText, readEvent } from './damage.ts';

export interface Batch {
  /** A JSON array of the events' exact bytes, in sequence order, without a gap between them. */
  readonly payload: Buffer;
  /** The last row in it. */
  readonly to: number;
}

// A batch is put together by SQLite: one buffer, where a buffer for each row would be a hundred times the garbage in a drain.
// The bodies are JSON, so they are text and neither the cast nor the joining touches a byte. That they still are JSON costs 1.5 us
// an event: SQLite has no checksums, and what a damaged page left of an event must not reach the centre as one.
const selectBatch = `
  SELECT CAST('[' || group_concat(CAST(body AS TEXT), ',' ORDER BY sequence) || ']' AS BLOB), min(json_valid(CAST(body AS TEXT)))
  FROM event WHERE sequence BETWEEN ? AND ?`;

export class Outbox {
  readonly epoch: string;
  readonly #database: Database.Database;
  readonly #body: Database.Statement<[number], Buffer>;
  readonly #sizes: Database.Statement<[number, number], [sequence: number, bytes: number]>;
  readonly #batch: Database.Statement<[number, number], [payload: Buffer | null, whole: number | null]>;
  readonly #head: Database.Statement<[], number>;
  readonly #first: Database.Statement<[], number>;

  /** @throws when there is no journal, or it cannot be read. */
  constructor(dataFolder: string) {
    this.#database = new Database(join(dataFolder, 'journal.db'), { readonly: true, fileMustExist: true, timeout: 1000 });
    try {
      // Rows are read once, in order: the library's default of 16 MB of cached pages would only be memory.
      this.#database.pragma('cache_size = -512');
      const epoch = this.#database.prepare<[], string>('SELECT epoch FROM chain').pluck().get();
      if (epoch === undefined) throw new Error('the journal names no epoch');
      this.epoch = epoch;
      this.#body = this.#database.prepare<[number], Buffer>('SELECT body FROM event WHERE sequence = ?').pluck();
      this.#sizes = this.#database
        .prepare<[number, number], [number, number]>(
          'SELECT sequence, length(body) FROM event WHERE sequence BETWEEN ? AND ? ORDER BY sequence',
        )
        .raw();
      this.#batch = this.#database.prepare<[number, number], [Buffer | null, number | null]>(selectBatch).raw();
      // A journal whose rows were all pruned still knows where it is.
      const pruned = '(SELECT pruned_sequence FROM chain)';
      this.#head = this.#database.prepare<[], number>(`SELECT coalesce((SELECT max(sequence) FROM event), ${pruned})`).pluck();
      this.#first = this.#database
        .prepare<[], number>(`SELECT coalesce((SELECT min(sequence) FROM event), ${pruned} + 1)`)
        .pluck();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** The highest row journalled; 0 for a journal without any. */
  head(): number {
    return this.#head.get() ?? 0;
  }

  /** The lowest row still there; one above the highest when all are pruned. */
  first(): number {
    return this.#first.get() ?? 1;
  }

  /** The exact bytes of one event; undefined when the row is gone. @throws Damaged where they are no event any more */
  body(sequence: number): Buffer | undefined {
    const body = this.#body.get(sequence);
    if (body !== undefined && readEvent(body)?.sequence !== sequence) throw new Damaged(`event ${sequence} is not whole`);
    return body;
  }

  /**
   * The rows from..to that exist, as many as fit into `maxBytes` - at least one, if there is one - and without a gap between
   * them. Ask for a few hundred at most.
   *
   * @throws Damaged where one of them is no event any more
   */
  batch(from: number, to: number, maxBytes: number): Batch | undefined {
    let bytes = 1;
    let first: number | undefined;
    let last = 0;
    for (const [sequence, size] of this.#sizes.all(from, to)) {
      bytes += size + 1;
      if (first !== undefined && (bytes > maxBytes || sequence !== last + 1)) break;
      first ??= sequence;
      last = sequence;
    }
    const [payload, whole] = (first === undefined ? undefined : this.#batch.get(first, last)) ?? [];
    if (payload === undefined || payload === null) return undefined;
    if (whole !== 1 || !isText(payload)) throw new Damaged(`one of the events ${first} to ${last} is not whole`);
    return { payload, to: last };
  }

  close(): void {
    this.#database.close();
  }
}
