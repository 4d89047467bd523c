// A journal as the uplink finds it, made with plain SQL: the table of events and the one row that names the epoch.
import Database from 'better-sqlite3';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestJournal {
  readonly folder: string;
  readonly epoch: string;
  /** Appends rows; returns the highest sequence. `size`: bytes of padding in each. */
  append(count: number, size?: number): number;
  /** Removes all rows up to `sequence`, as retention does. */
  prune(sequence: number): void;
  /** Puts an empty journal with another epoch in its place. */
  replace(epoch: string): TestJournal;
  /** Moves it aside as a daemon does that found it damaged, and puts an empty one in its place. `spoil` gets the file before. */
  setAside(epoch: string, spoil?: (file: string) => void): TestJournal;
  close(): void;
}

/** Journals that were set aside in one test have different times. */
let hour = 0;

export function makeJournal(epoch = 'epoch-1', folder = mkdtempSync(join(tmpdir(), 'uplink-'))): TestJournal {
  const file = join(folder, 'journal.db');
  const database = new Database(file);
  database.pragma('page_size = 512');
  database.pragma('journal_mode = WAL');
  database.exec(`
    CREATE TABLE event(sequence INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE chain(epoch TEXT NOT NULL, pruned_sequence INTEGER NOT NULL, pruned_hash TEXT NOT NULL);
  `);
  database.prepare('INSERT INTO chain VALUES (?, 0, ?)').run(epoch, '');
  const insert = database.prepare('INSERT INTO event(sequence, body) VALUES (?, ?)');
  let head = 0;
  const appendAll = database.transaction((count: number, size: number) => {
    for (let left = count; left > 0; left -= 1) {
      head += 1;
      insert.run(head, bodyOf(epoch, head, size));
    }
  });
  return {
    folder,
    epoch,
    append(count, size = 40) {
      appendAll(count, size);
      return head;
    },
    prune(sequence) {
      database.prepare('DELETE FROM event WHERE sequence <= ?').run(sequence);
      database.prepare('UPDATE chain SET pruned_sequence = ?').run(sequence);
    },
    replace(next) {
      database.close();
      for (const rest of ['', '-wal', '-shm']) rmSync(file + rest, { force: true });
      return makeJournal(next, folder);
    },
    setAside(next, spoil) {
      database.close();
      spoil?.(file);
      hour += 1;
      renameSync(file, join(folder, `damaged-2026-11-21T${String(hour).padStart(2, '0')}-00-00.000+07-00-journal.db`));
      return makeJournal(next, folder);
    },
    close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The exact bytes of a test event; the odd spacing shows that nobody parsed and printed it anew. */
export function bodyOf(epoch: string, sequence: number, size = 40): Buffer {
  const text = `{"specversion":"1.0",  "type":"gate.scan.v1","time":"2026-11-21T06:45:03.127+07:00","epoch":"${epoch}",`;
  return Buffer.from(
    `${text}"sequence":"${String(sequence).padStart(12, '0')}","data":{"label":"N**n V** Ánh","pad":"${'x'.repeat(size)}"}}`,
  );
}
