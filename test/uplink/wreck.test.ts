// What can be read of a journal whose file is damaged: every event whose own bytes are whole, none that is not, and an end whatever
// the file holds.

import Database from 'better-sqlite3';
import fc from 'fast-check';
import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Wreck } from '../../src/uplink/wreck.ts';
import { upTo } from './centre.ts';
import { bodyOf, makeJournal, type TestJournal } from './journal.ts';

const PAGE_BYTES = 512;
/** As on disk: of a page of 512 bytes no more cells of an event fit. */
const MOST_OF_A_PAGE = 12;
const BOUNDS = { rows: 200, bytes: 64 * 1024 };

/** A journal of so many events of several sizes; `inLog`: the newest are in the write-ahead log. */
function made(events: number, { inLog = 0 } = {}): { rows: TestJournal; file: string } {
  const rows = makeJournal();
  onTestFinished(() => rows.close());
  for (let left = events - inLog; left > 0; left -= 10) rows.append(Math.min(10, left), (left * 37) % 1500);
  const file = join(rows.folder, 'journal.db');
  const database = new Database(file);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  if (inLog > 0) rows.append(inLog, 300);
  return { rows, file };
}

/** The file as it lies there, under another name. */
function aside(file: string): string {
  const to = file.replace('journal.db', 'damaged-journal.db');
  copyFileSync(file, to);
  if (statSync(`${file}-wal`, { throwIfNoEntry: false })) copyFileSync(`${file}-wal`, `${to}-wal`);
  return to;
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}

async function read(
  file: string,
  after = 0,
  bounds = BOUNDS,
): Promise<{ sequences: number[]; bodies: Buffer[]; runs: number[] }> {
  const wreck = await Wreck.open(file);
  const all: { sequence: number; body: Buffer }[] = [];
  const runs: number[] = [];
  for (let next = after; ; ) {
    const run = await wreck.run(next, bounds);
    if (run === undefined) break;
    all.push(...run);
    runs.push(run.length);
    next = run.at(-1)?.sequence ?? 0;
  }
  wreck.close();
  return { sequences: all.map(({ sequence }) => sequence), bodies: all.map(({ body }) => body), runs };
}

describe('a wreck', () => {
  test('that is sound gives every event, byte for byte, from the file and from its log', async () => {
    const { file, rows } = made(500, { inLog: 60 });
    const { sequences, bodies, runs } = await read(aside(file));
    expect(sequences).toEqual(upTo(500));
    const database = new Database(file, { readonly: true });
    expect(bodies).toEqual(database.prepare('SELECT body FROM event ORDER BY sequence').pluck().all());
    database.close();
    expect(bodies.at(-1)).toEqual(bodyOf(rows.epoch, 500, 300));
    expect(Math.max(...runs)).toBeLessThanOrEqual(200);
  });

  test('is read from where one wants, in runs without a gap that keep within rows and bytes', async () => {
    const { file } = made(100);
    const { rows } = { rows: new Database(file) };
    rows.exec('DELETE FROM event WHERE sequence = 50');
    rows.close();
    const { sequences, runs } = await read(aside(file), 40, { rows: 7, bytes: 1_000_000 });
    expect(sequences).toEqual([...upTo(49, 41), ...upTo(100, 51)]);
    expect(runs.slice(0, 3)).toEqual([7, 2, 7]);
    const small = await read(aside(file), 90, { rows: 200, bytes: 10 });
    expect(small.runs).toEqual(Array<number>(10).fill(1));
  });

  test('with any page overwritten loses what was on it, and nothing else', async () => {
    const { file } = made(120);
    const whole = readFileSync(file);
    for (let page = 0; page < whole.length / PAGE_BYTES; page += 1) {
      const to = aside(file);
      overwrite(to, page * PAGE_BYTES, Buffer.alloc(PAGE_BYTES, 0xa5));
      const { sequences } = await read(to);
      expect(120 - sequences.length, `page ${page}`).toBeLessThanOrEqual(MOST_OF_A_PAGE);
      expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    }
  });

  test('gives no event that is not whole', async () => {
    const { file } = made(40);
    const to = aside(file);
    const at = readFileSync(to).indexOf('"sequence":"000000000020"');
    overwrite(to, at - 30, Buffer.from([0]));
    expect((await read(to)).sequences).toEqual(upTo(40).filter((sequence) => sequence !== 20));
  });

  test('counts of its log what was committed, and nothing behind what does not fit', async () => {
    const { file } = made(60, { inLog: 20 });
    const to = aside(file);
    const log = readFileSync(`${to}-wal`);
    // The last commit's frame: without it nothing of that transaction was ever recorded.
    writeFileSync(`${to}-wal`, log.subarray(0, log.length - 10));
    expect((await read(to)).sequences).toEqual(upTo(40));
    // A log of another time: its salt is not the header's.
    writeFileSync(`${to}-wal`, log);
    overwrite(`${to}-wal`, 16, Buffer.from('elsewhen'));
    expect((await read(to)).sequences).toEqual(upTo(40));
    // A page that is not as it was written, by one byte: what follows was counted together with it.
    writeFileSync(`${to}-wal`, log);
    overwrite(`${to}-wal`, 32 + 24 + 500, Buffer.from([0xa5]));
    expect((await read(to)).sequences).toEqual(upTo(40));
    overwrite(`${to}-wal`, 0, Buffer.alloc(600, 0xff));
    expect((await read(to)).sequences).toEqual(upTo(40));
  });

  test('more events than are kept in mind at once take another walk', async () => {
    const { file } = made(41_000);
    const { sequences } = await read(aside(file));
    expect(sequences).toHaveLength(41_000);
    expect(sequences.at(-1)).toBe(41_000);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.alloc(10_000, 'x')],
    ['leaf pages that say they are full', Buffer.alloc(51_200, 0x0d)],
    ['pages that name each other', Buffer.alloc(51_200, Buffer.from([0x0d, 0, 0, 0, 2, 0, 8, 0]))],
  ])('that is %s ends, and gives nothing', async (_, bytes) => {
    const { rows } = made(0);
    const file = join(rows.folder, 'damaged-journal.db');
    writeFileSync(file, bytes);
    const wreck = await Wreck.open(file);
    expect(wreck.epoch).toBeUndefined();
    expect(await wreck.run(0, BOUNDS)).toBeUndefined();
    wreck.close();
  });

  test('whatever is done to its bytes, it ends, in order, with events that were written', async () => {
    const { file, rows } = made(60, { inLog: 20 });
    const sizes = new Map((await read(aside(file))).bodies.map((body, at) => [at + 1, body]));
    const place = fc.double({ min: 0, max: 0.999, noNaN: true });
    const change = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 900 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), place, async (changes, cut) => {
        const to = aside(file);
        for (const [where, bytes, log] of changes) {
          const target = log ? `${to}-wal` : to;
          overwrite(target, Math.floor(where * statSync(target).size), Buffer.from(bytes));
        }
        if (cut < 0.2) truncateSync(to, Math.floor(statSync(to).size * (1 - cut)));
        const { sequences, bodies } = await read(to);
        expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
        for (const [at, body] of bodies.entries()) {
          // One byte may become another that is text as well: the chain tells of that.
          expect(body.length).toBe(sizes.get(sequences[at] ?? 0)?.length);
        }
        expect(rows.epoch).toBe('epoch-1');
      }),
      { numRuns: 40 },
    );
  });
});
