// A damaged file: set aside with a clear word, and the gate goes on in a new epoch - at the start and while running.

import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requireSound } from '../../src/journal/soundness.ts';
import { openForReading } from '../../src/journal/database.ts';
import { matching } from '../fakes/like.ts';
import { openRecord, type Record, rewrite, rowsOf, tamper } from '../fakes/record.ts';

/** A closed journal with some pages of events, one of them a seal. */
function closed(): Record {
  const record = openRecord();
  for (let index = 1; index <= 40; index++) record.scan(index);
  record.journal.seal(record.clock.describe(record.clock.read()));
  record.journal.close();
  return record;
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['not a database at all', (file) => writeFileSync(file, 'x'.repeat(10_000))],
  ['another program’s database', (file) => tamper(file, (database) => void database.pragma('application_id = 7'))],
  ['its first page overwritten', (file) => overwrite(file, 100, Buffer.alloc(900, 0xa5))],
  ['its last page overwritten', (file) => overwrite(file, statSync(file).size - 1024, Buffer.alloc(1024, 0xa5))],
  ['cut in half', (file) => truncateSync(file, Math.floor(statSync(file).size / 2048) * 1024)],
  ['a row changed', (file) => rewrite(file, 38, (text) => text.replace('granted', 'denied!'))],
  ['its last row changed, which no hash tells of', (file) => rewrite(file, 41, (text) => text.replace('{', '\0'))],
  [
    'a row removed in the middle',
    (file) => tamper(file, (database) => void database.exec('DELETE FROM event WHERE sequence = 20')),
  ],
  [
    'sealed rows removed at the end',
    (file) => tamper(file, (database) => void database.exec('DELETE FROM event WHERE sequence > 35')),
  ],
];

describe('SqliteJournal at the start', () => {
  test.each(damages)('a file that is %s is set aside under its own name, whole, and a new epoch begins', (_, damage) => {
    const { folder, file } = closed();
    damage(file);
    const bytes = readFileSync(file);
    const record = openRecord({ folder });
    const [setAside] = record.setAside;
    expect(record.setAside).toHaveLength(1);
    expect(setAside).toMatchObject({ epoch: record.journal.epoch, fault: matching(/\S/) });
    expect(setAside?.file).toMatch(/damaged-2026-11-21T06-45-00\.000\+07-00-journal\.db$/);
    expect(setAside && readFileSync(setAside.file).equals(bytes)).toBe(true);
    expect(record.scan(1)).toEqual({ ok: true, sequence: 1 });
    expect(record.faults).toEqual([]);
  });

  test('a sound file is left alone', () => {
    const { folder } = closed();
    const record = openRecord({ folder });
    expect(record.setAside).toEqual([]);
    expect(record.journal.sequence).toBe(41);
    expect(readdirSync(folder).some((name) => name.startsWith('damaged'))).toBe(false);
  });

  test('an event of today that is no event any more, among those that a start does not read, stops nobody', () => {
    const record = openRecord();
    for (let index = 1; index <= 300; index++) record.scan(index, 'both');
    record.journal.close();
    rewrite(record.file, 20, (text) => text.replace('"type"', '\u0000'));
    const again = openRecord({ folder: record.folder });
    expect(again.setAside).toEqual([]);
    expect([301, 302].map((index) => again.scan(index, 'both').ok)).toEqual([true, true]);
    expect(rowsOf(again.file)).toHaveLength(302);
    again.scan(10, 'both');
    expect(rowsOf(again.file).at(-1)?.body.toString()).toContain('"direction":"out"');
  });

  test('damage in an old page of a small file is found too; of a large one only by the check beside the running gate', () => {
    const record = openRecord();
    for (let index = 0; index < 600; index++) record.scan(index);
    record.journal.close();
    overwrite(record.file, 60 * 1024, Buffer.alloc(1024, 0xa5));
    const connection = openForReading(record.file);
    expect(() => requireSound(connection, { everyPage: true })).toThrow(/./);
    expect(() => requireSound(connection, { everyPage: false })).not.toThrow();
    connection.close();
    expect(openRecord({ folder: record.folder }).setAside).toHaveLength(1);
  });
});

describe('SqliteJournal while running', () => {
  test('a file that is damaged under it is set aside at the next scan, which is recorded in the new epoch', () => {
    const record = openRecord();
    for (let index = 1; index <= 40; index++) record.scan(index);
    const before = record.journal.epoch;
    // Another writer empties the write-ahead log and with it the daemon's cache: the next look is at the file.
    tamper(record.file, (database) => {
      database.exec('UPDATE chain SET sealed_sequence = sealed_sequence');
      database.pragma('wal_checkpoint(TRUNCATE)');
    });
    overwrite(record.file, 0, Buffer.alloc(8192, 0xa5));
    expect(record.scan(41)).toEqual({ ok: true, sequence: 1 });
    expect(record.journal.epoch).not.toBe(before);
    expect(record.setAside).toHaveLength(1);
    expect(record.faults).toEqual([]);
    expect(rowsOf(record.file)).toHaveLength(1);
  });

  test('replace sets it aside as well, after the check of every page', () => {
    const record = openRecord();
    record.scan(1);
    record.journal.replace('page 7 is wrong');
    expect(record.setAside).toMatchObject([{ fault: 'page 7 is wrong', epoch: record.journal.epoch }]);
    expect(existsSync(record.setAside[0]?.file ?? '')).toBe(true);
    expect(record.scan(2)).toEqual({ ok: true, sequence: 1 });
  });
});
