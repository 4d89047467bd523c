// Target: the file of a journal that was set aside, as a broken card leaves it, read without SQLite.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { sequenceText } from '../../src/admission/event.ts';
import { readEvent } from '../../src/uplink/damage.ts';
import { Wreck } from '../../src/uplink/wreck.ts';
import { scratch } from './scratch.ts';
import { demand, type Target } from './target.ts';

const PAGE_BYTES = 512;
const BOUNDS = { rows: 7, bytes: 2_000 };
/** A page has no room for more cells, each two bytes in its list. */
const MOST_CELLS_OF_A_PAGE = PAGE_BYTES / 2;
const EPOCH = '01990000-0000-7000-8000-000000000000';

const body = (sequence: number): Buffer =>
  Buffer.from(JSON.stringify({ epoch: EPOCH, sequence: sequenceText(sequence), data: 'x'.repeat((sequence * 97) % 700) }));

/** An input: how many pages the file has, two bytes; the file; its write-ahead log. */
function input(file: Buffer, log: Buffer): Buffer {
  const pages = Buffer.alloc(2);
  pages.writeUInt16BE(Math.floor(file.length / PAGE_BYTES));
  return Buffer.concat([pages, file, log]);
}

/** A journal of fourteen events as SQLite writes it, the newest in its log. */
function seed(inLog: number): Buffer {
  const path = scratch(`wreck-seed-${inLog}.db`);
  const database = new Database(path);
  database.pragma(`page_size = ${PAGE_BYTES}`);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE event (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO event VALUES (?, ?)');
  for (let sequence = 1; sequence <= 14; sequence += 1) {
    if (sequence === 15 - inLog) database.pragma('wal_checkpoint(TRUNCATE)');
    insert.run(sequence, body(sequence));
  }
  if (inLog === 0) database.pragma('wal_checkpoint(TRUNCATE)');
  const taken = input(readFileSync(path), readFileSync(`${path}-wal`));
  database.close();
  return taken;
}

const whole = [seed(0), seed(5)];

export const WRECK_TARGETS: readonly Target[] = [
  {
    name: 'wreck',
    covers: ['src/uplink/wreck.ts', 'src/uplink/sqlite-pages.ts', 'src/uplink/damage.ts'],
    feeds: { 'src/uplink/wreck.ts': 'Wreck', 'src/uplink/sqlite-pages.ts': 'openPages', 'src/uplink/damage.ts': 'readEvent' },
    seeds: whole,
    words: [
      Buffer.from('377f0682', 'hex'),
      Buffer.from('0d0000000301', 'hex'),
      '"sequence":"',
      EPOCH,
      Buffer.of(0xff, 0xff, 0xff),
    ],
    mostBytes: 40_000,
    async run(bytes) {
      const path = scratch('wreck.db');
      const end = 2 + ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) * PAGE_BYTES;
      writeFileSync(path, bytes.subarray(2, end));
      writeFileSync(`${path}-wal`, bytes.subarray(end));
      const wreck = await Wreck.open(path);
      let [last, count] = [0, 0];
      try {
        for (let run = await wreck.run(0, BOUNDS); run !== undefined; run = await wreck.run(last, BOUNDS)) {
          const size = run.reduce((sum, event) => sum + event.body.length + 1, 0);
          demand(run.length <= BOUNDS.rows && (run.length === 1 || size <= BOUNDS.bytes), 'a run beyond its bounds');
          for (const [at, event] of run.entries()) {
            const told = readEvent(event.body);
            demand(told?.sequence === event.sequence && told.epoch === wreck.epoch, 'an event that says it is another one');
            demand(at === 0 ? event.sequence > last : event.sequence === last + 1, 'events out of order, or a gap within a run');
            last = event.sequence;
          }
          count += run.length;
          demand(count <= (bytes.length / PAGE_BYTES + 1) * MOST_CELLS_OF_A_PAGE, 'more events than there is room for');
        }
      } finally {
        wreck.close();
        rmSync(`${path}-wal`);
      }
      demand(count === 14 || !whole.some((one) => one.equals(bytes)), `${count} of 14 events of a whole file`);
    },
  },
];
