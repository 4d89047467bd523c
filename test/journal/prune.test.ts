// Retention: only what is old and let go, oldest first, told in an event, and what is left still proves.

import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readChain } from '../../src/journal/chain.ts';
import { openForReading } from '../../src/journal/database.ts';
import { extentOf, openReader } from '../../src/journal/reader.ts';
import { prove } from '../../src/journal/verify.ts';
import { readerKey } from '../../src/system/secrets.ts';
import { lastPassage, openRecord, type Record, rowsOf } from '../fakes/record.ts';

const DAY_MS = 86_400_000;

/** Ten events on each of three days, and now is the fourth. */
function threeDays(): Record {
  const record = openRecord();
  for (let day = 0; day < 3; day++) {
    for (let index = 1; index <= 10; index++) record.scan(index);
    record.clock.advance(DAY_MS);
  }
  return record;
}

function prune(record: Record, days: number, through: number): number {
  const moment = record.clock.describe(record.clock.read());
  return record.journal.prune({ beforeMs: moment.wallMs - days * DAY_MS, through }, moment);
}

function proofOf({ file, folder }: Record) {
  const connection = openForReading(file);
  const chain = readChain(connection);
  const proof = chain && prove(connection, chain, createPublicKey(readerKey(folder)), () => undefined);
  connection.close();
  return proof;
}

const numbers = (record: Record): number[] => rowsOf(record.file).map(({ sequence }) => sequence);

describe('SqliteJournal.prune', () => {
  test('removes what is older than the retention, says so in an event, and the rest proves', () => {
    const record = threeDays();
    record.journal.seal(record.clock.describe(record.clock.read()));
    const tenth = rowsOf(record.file)[9];
    expect(prune(record, 2.5, 31)).toBe(10);
    expect(numbers(record)).toEqual([...Array(22).keys()].map((index) => index + 11));
    const purge = JSON.parse(rowsOf(record.file).at(-1)?.body.toString() ?? '') as { type: string; data: object };
    expect(purge).toMatchObject({ type: 'gate.purge.v1', data: { rows: 10, through: '000000000010', reason: 'retention' } });
    expect(tenth?.sequence).toBe(10);
    expect(proofOf(record)).toEqual({ ok: true, rows: 22, seals: 1, unsealed: 1 });
  });

  test('never removes what is not let go, however old', () => {
    const record = threeDays();
    expect(prune(record, 0.5, 4)).toBe(4);
    expect(numbers(record)[0]).toBe(5);
    expect(prune(record, 0.5, 4)).toBe(0);
  });

  test('removes nothing that is young', () => {
    const record = threeDays();
    expect(prune(record, 30, 30)).toBe(0);
    expect(numbers(record)).toHaveLength(30);
  });

  test('a journal of which nothing but purges is left comes to rest', () => {
    const record = threeDays();
    expect(prune(record, 0.5, 30)).toBe(30);
    record.clock.advance(40 * DAY_MS);
    expect(prune(record, 30, 31)).toBe(0);
    expect(numbers(record)).toEqual([31]);
    expect(proofOf(record)).toMatchObject({ ok: true, rows: 1 });
  });

  test('goes on in a journal that was pruned empty and opened again', () => {
    const record = threeDays();
    prune(record, 0.5, 30);
    record.journal.close();
    const again = openRecord({ folder: record.folder, clock: record.clock });
    expect(again.scan(1)).toEqual({ ok: true, sequence: 32 });
    expect(proofOf(record)).toMatchObject({ ok: true, rows: 2 });
  });

  test('takes at most a thousand rows at once', () => {
    const record = openRecord();
    for (let index = 0; index < 1_100; index++) record.scan(index);
    record.clock.advance(40 * DAY_MS);
    expect(prune(record, 30, 1_100)).toBe(1_000);
    expect(prune(record, 30, 1_100)).toBe(100);
  });

  test('does not forget who is in', () => {
    const record = openRecord();
    record.scan(1);
    record.clock.advance(60_000);
    expect(prune(record, 0, 1)).toBe(1);
    expect(lastPassage(record, 1)).toBe('in');
  });

  test('the reader knows what is left', () => {
    const record = threeDays();
    prune(record, 2.5, 30);
    const reader = openReader(record.folder);
    expect(reader && extentOf(reader)).toEqual({ first: 11, last: 31, rows: 21 });
    reader?.connection.close();
  });
});
