// Somebody says that the journal is damaged: it is looked at beside the gate, and set aside only for what that look finds.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { watchPages } from '../../src/journal/page-check.ts';
import { openRecord, type Record, rewrite, rowsOf, tamper } from '../fakes/record.ts';

const PAGE_BYTES = 512;

/** An open journal of so many scans, and the look at it. */
function watched(scans: number) {
  const record = openRecord();
  for (let index = 1; index <= scans; index += 1) record.scan(index);
  const { suspect } = watchPages(record.journal, record.folder, new AbortController().signal);
  return { record, suspect: (rows?: { from: number; to: number }, epoch = record.journal.epoch) => suspect({ epoch, rows }) };
}

/** Noise over the page that holds these words; all that was written is in the file itself before. */
function spoil({ file }: Record, words: string): void {
  tamper(file, (database) => void database.pragma('wal_checkpoint(TRUNCATE)'));
  const page = Math.floor(readFileSync(file).lastIndexOf(words) / PAGE_BYTES);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, page * PAGE_BYTES);
  closeSync(descriptor);
}

describe('a suspicion', () => {
  test('of a sound journal sets nothing aside, however often it comes, and costs one look a minute', async () => {
    const { record, suspect } = watched(300);
    expect(await suspect()).toBe(false);
    expect(record.setAside).toEqual([]);
    spoil(record, '"sequence":"000000000020"');
    expect(await suspect()).toBe(false);
    expect(record.setAside).toEqual([]);
  });

  test('of a journal with a damaged page has it set aside, and the next scan is in the new one', async () => {
    const { record, suspect } = watched(300);
    spoil(record, '"sequence":"000000000020"');
    expect(await suspect()).toBe(true);
    expect(record.setAside).toHaveLength(1);
    expect(record.scan(301)).toEqual({ ok: true, sequence: 1 });
    expect(rowsOf(record.file)).toHaveLength(1);
  });

  test('in one that can’t even say which it is, too', async () => {
    const { record, suspect } = watched(3);
    spoil(record, 'SQLite format 3');
    expect(await suspect(undefined, '')).toBe(true);
  });

  test.each([
    ['is not whole', (text: string) => text.replace('"type"', '\0type"')],
    ['is another than the one after it was chained to', (text: string) => text.replace('granted', 'denied!')],
  ])('of a row that %s is found among the rows that are named, where SQLite sees nothing', async (_, change) => {
    const { record, suspect } = watched(300);
    rewrite(record.file, 20, change);
    expect(await suspect({ from: 15, to: 20 })).toBe(true);
    expect(record.setAside).toMatchObject([{ epoch: record.journal.epoch }]);
  });

  test('of another journal than the one there is now, or of one that is gone, is nothing', async () => {
    const { record, suspect } = watched(3);
    spoil(record, 'SQLite format 3');
    expect(await suspect(undefined, 'another')).toBe(false);
    for (const suffix of ['', '-wal', '-shm']) rmSync(record.file + suffix, { force: true });
    expect(await suspect()).toBe(false);
    expect(record.setAside).toEqual([]);
  });

  test('that comes while one is looked into does not have two journals set aside', async () => {
    const { record, suspect } = watched(300);
    spoil(record, '"sequence":"000000000020"');
    expect(await Promise.all([suspect(), suspect(), suspect()])).toEqual([true, false, false]);
    expect(record.setAside).toHaveLength(1);
  });
});
