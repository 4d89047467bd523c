// The second copy of counters and standing: what it gives back where the journal can't be read, and that nothing worse than a
// missing one can be made of it.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Standing } from '../../src/admission/standing.ts';
import { ORDERS_FILE } from '../../src/journal/orders-copy.ts';
import { openRecord, type Record, tamper } from '../fakes/record.ts';

const LOCKED = { locked: true, maintenance: false };

/** Records a command of the key `kid-1` that used this counter up. */
function obey({ journal, clock }: Record, counter: number, stands?: Standing): void {
  const moment = clock.describe(clock.read());
  const data = { id: `c-${counter}`, command: stands ? 'lock' : 'identify', outcome: 'done', reason: 'ok', clock: {} } as never;
  journal.append({ moment, spends: { kid: 'kid-1', counter }, ...(stands ? { stands } : {}), type: 'gate.command.v1', data });
}

/** A reader that was locked by command 7, and is off. */
function locked(): Record {
  const record = openRecord();
  record.scan(1);
  obey(record, 7, LOCKED);
  record.journal.close();
  return record;
}

const copyOf = ({ folder }: Pick<Record, 'folder'>) => join(folder, ORDERS_FILE);
const destroy = ({ file }: Pick<Record, 'file'>) => writeFileSync(file, 'x'.repeat(10_000));
const ordersIn = (folder: string) => {
  const { journal, setAside } = openRecord({ folder });
  const { standing } = journal.orders;
  journal.close();
  return { counter: journal.orders.lastCounter('kid-1'), locked: standing.locked, setAside: setAside.length };
};

describe('what commands left behind', () => {
  test('outlives a journal of which nothing can be read, and one that is gone', () => {
    const record = locked();
    destroy(record);
    expect(ordersIn(record.folder)).toEqual({ counter: 7, locked: true, setAside: 1 });
    for (const suffix of ['', '-wal', '-shm']) rmSync(record.file + suffix, { force: true });
    expect(ordersIn(record.folder)).toEqual({ counter: 7, locked: true, setAside: 0 });
  });

  test('is 0600, and not there where nothing was ordered', () => {
    expect(statSync(copyOf(locked())).mode & 0o777).toBe(0o600);
    const record = openRecord();
    record.scan(1);
    expect(existsSync(copyOf(record))).toBe(false);
  });

  test('of a sound journal the standing counts, of a counter the higher', () => {
    const record = locked();
    const behind = readFileSync(copyOf(record));
    const again = openRecord({ folder: record.folder });
    obey(again, 9, { locked: false, maintenance: false });
    again.journal.close();
    const ahead = readFileSync(copyOf(record));
    // As after a crash between the commit and the copy.
    writeFileSync(copyOf(record), behind);
    expect(ordersIn(record.folder)).toEqual({ counter: 9, locked: false, setAside: 0 });
    expect(readFileSync(copyOf(record))).toEqual(ahead);
    // As with an older journal that was put back.
    tamper(record.file, (database) => database.exec('UPDATE command SET counter = 3'));
    expect(ordersIn(record.folder)).toEqual({ counter: 9, locked: false, setAside: 0 });
  });

  test.each([
    ['missing', (file: string) => rmSync(file)],
    ['cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 40))],
    ['changed in one digit', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace(':7', ':8'))],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['not text', (file: string) => writeFileSync(file, Buffer.alloc(200, 0xa5))],
  ])('a copy that is %s is no fault, counts as none and is written again', (_, spoil) => {
    const record = locked();
    const whole = readFileSync(copyOf(record));
    spoil(copyOf(record));
    expect(ordersIn(record.folder)).toEqual({ counter: 7, locked: true, setAside: 0 });
    expect(readFileSync(copyOf(record))).toEqual(whole);
  });

  test('a copy that can’t be written stops nothing, and is written at the next opening', () => {
    const record = openRecord();
    // A folder in the place of the file refuses the write, as a full disk does.
    mkdirSync(`${copyOf(record)}.new`);
    obey(record, 7, LOCKED);
    expect(record.faults).toEqual([]);
    expect(existsSync(copyOf(record))).toBe(false);
    rmSync(`${copyOf(record)}.new`, { recursive: true });
    record.journal.replace('page 7 is wrong');
    record.journal.close();
    destroy(record);
    expect(ordersIn(record.folder)).toEqual({ counter: 7, locked: true, setAside: 1 });
  });

  test('a scan writes no copy', () => {
    const record = locked();
    const again = openRecord({ folder: record.folder });
    rmSync(copyOf(record));
    again.scan(2);
    expect(existsSync(copyOf(record))).toBe(false);
  });
});
