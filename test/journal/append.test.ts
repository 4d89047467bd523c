// Appending: in order, without gaps, chained, flushed; the same in a new process on the same file.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openForReading, openForWriting } from '../../src/journal/database.ts';
import { openRecord, rowsOf, SOURCE } from '../fakes/record.ts';

interface Event {
  readonly id: string;
  readonly source: string;
  readonly epoch: string;
  readonly sequence: string;
  readonly prevhash: string;
}

const hash = (body: Buffer): string => createHash('sha256').update(body).digest('base64url');
const eventsOf = (file: string): Event[] => rowsOf(file).map(({ body }) => JSON.parse(body.toString()) as Event);

describe('SqliteJournal.record', () => {
  test('numbers from 1 without gaps and says each number', () => {
    const record = openRecord();
    expect([1, 2, 3].map((index) => record.scan(index))).toEqual([1, 2, 3].map((sequence) => ({ ok: true, sequence })));
    expect(record.appended).toEqual([1, 2, 3]);
    expect(rowsOf(record.file).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(eventsOf(record.file).map(({ sequence }) => sequence)).toEqual(['000000000001', '000000000002', '000000000003']);
  });

  test('chains each event to the bytes before it, the first to nothing', () => {
    const record = openRecord();
    for (let index = 1; index <= 20; index++) record.scan(index);
    const bodies = rowsOf(record.file).map(({ body }) => body);
    expect(eventsOf(record.file).map(({ prevhash }) => prevhash)).toEqual(['', ...bodies.slice(0, -1).map(hash)]);
  });

  test('goes on where it left off when it is opened again', () => {
    const record = openRecord();
    record.scan(1);
    record.scan(2);
    record.journal.close();
    const again = openRecord({ folder: record.folder });
    expect(again.journal.epoch).toBe(eventsOf(record.file)[0]?.epoch);
    expect(again.scan(3)).toEqual({ ok: true, sequence: 3 });
    const [, second] = rowsOf(record.file);
    expect(eventsOf(record.file)[2]?.prevhash).toBe(second && hash(second.body));
    expect(again.setAside).toEqual([]);
  });

  test('gives every event its own id, one source and one epoch', () => {
    const record = openRecord();
    for (let index = 1; index <= 50; index++) record.scan(index);
    const events = eventsOf(record.file);
    expect(new Set(events.map(({ id }) => id)).size).toBe(50);
    expect(new Set(events.map(({ source }) => source))).toEqual(new Set([SOURCE]));
    expect(new Set(events.map(({ epoch }) => epoch))).toEqual(new Set([record.journal.epoch]));
  });

  test('a journal made anew has another epoch', () => {
    expect(openRecord().journal.epoch).not.toBe(openRecord().journal.epoch);
  });

  test('records nothing when composing fails, and leaves no gap', () => {
    const record = openRecord();
    record.scan(1);
    const failed = record.journal.record(() => {
      throw new Error('no verdict');
    });
    expect(failed).toEqual({ ok: false, message: 'no verdict' });
    expect(record.scan(2)).toMatchObject({ ok: true });
    expect(rowsOf(record.file).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test('what it says is recorded is seen by another connection at once', () => {
    const record = openRecord();
    record.scan(1);
    const other = openForReading(record.file);
    expect(other.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 1 });
    other.close();
  });

  test('writable says whether a scan could be recorded', () => {
    expect(openRecord().journal.writable()).toBe(true);
  });
});

describe('openForWriting', () => {
  test('sets synchronous=FULL on every open: a library that defaults to NORMAL would lose scans in a power cut', () => {
    const { file, journal } = openRecord();
    journal.close();
    for (const _ of [1, 2]) {
      const connection = openForWriting(file);
      expect(connection.pragma('synchronous', { simple: true })).toBe(2);
      expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
      connection.close();
    }
  });

  test('makes pages of 1 KB and no index beside the rowid', () => {
    const { file } = openRecord();
    const connection = openForReading(file);
    expect(connection.pragma('page_size', { simple: true })).toBe(512);
    expect(connection.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index'").get()).toEqual({ n: 0 });
    connection.close();
  });

  test('refuses a journal of a newer version and leaves it as it is', () => {
    const { file, journal } = openRecord();
    journal.close();
    const connection = openForWriting(file);
    connection.pragma('user_version = 99');
    connection.close();
    const before = readFileSync(file);
    expect(() => openForWriting(file)).toThrow('newer version (format 99, this one knows 3)');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

test('openForReading does not change the file, with a daemon or without one', () => {
  const { file, journal, scan } = openRecord();
  scan(1);
  const beside = openForReading(file);
  expect(beside.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 1 });
  beside.close();
  journal.close();
  const [before, { mtimeMs }] = [readFileSync(file), statSync(file)];
  const alone = openForReading(file);
  expect(alone.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 1 });
  expect(() => alone.exec('DELETE FROM event')).toThrow('readonly');
  alone.close();
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(statSync(file).mtimeMs).toBe(mtimeMs);
});
