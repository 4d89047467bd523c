// Who is in and who is out today: kept while running, rebuilt at the start from today's rows alone.

import { describe, expect, onTestFinished, test } from 'vitest';

import type { EventContent } from '../../src/admission/event.ts';
import { setClock } from '../fakes/set-clock.ts';
import type { RosterEntry } from '../../src/admission/ports.ts';
import { presenceDay } from '../../src/admission/policy/presence-day.ts';
import { openForReading } from '../../src/journal/database.ts';
import { Presence } from '../../src/journal/presence.ts';
import { askPast, lastPassage, openRecord, type Record, refOf, rowsOf } from '../fakes/record.ts';

interface Stored {
  readonly type: string;
  readonly epoch: string;
  readonly sequence: string;
  readonly data: object;
}

const directionsOf = (record: Record): (string | undefined)[] =>
  rowsOf(record.file).map(({ body }) => (JSON.parse(body.toString()) as { data: { direction?: string } }).data.direction);

describe('the direction of a scanner that looks both ways', () => {
  test('turns with each passage of the same person, each person by themselves', () => {
    const record = openRecord();
    for (const person of [1, 2, 1, 1, 2]) record.scan(person, 'both');
    expect(directionsOf(record)).toEqual(['in', 'in', 'out', 'in', 'out']);
  });

  test('is the same after a restart as without one', () => {
    const record = openRecord();
    for (const person of [1, 2, 1]) record.scan(person, 'both');
    record.journal.close();
    const again = openRecord({ folder: record.folder });
    for (const person of [1, 2]) again.scan(person, 'both');
    expect(directionsOf(again)).toEqual(['in', 'in', 'out', 'in', 'out']);
  });

  test('begins anew at midnight of the site, running and after a restart', () => {
    const record = openRecord({ clock: setClock('2026-11-21T23:59:00+07:00') });
    record.scan(1, 'both');
    record.clock.advance(120_000);
    expect(lastPassage(record, 1)).toBeUndefined();
    record.scan(2, 'both');
    expect([lastPassage(record, 1), lastPassage(record, 2)]).toEqual([undefined, 'in']);
    record.journal.close();
    const again = openRecord({ folder: record.folder, clock: setClock('2026-11-22T06:45:00+07:00') });
    expect([lastPassage(again, 1), lastPassage(again, 2)]).toEqual([undefined, 'in']);
    again.scan(1, 'both');
    expect(lastPassage(again, 1)).toBe('in');
  });

  test('a scanner with a fixed way counts for the others', () => {
    const record = openRecord();
    record.scan(1, 'in');
    record.scan(1, 'both');
    expect(directionsOf(record)).toEqual(['in', 'out']);
  });

  test('a scan that was not recorded is no passage', () => {
    const record = openRecord();
    record.journal.record(() => {
      throw new Error('the disk is full');
    });
    expect(lastPassage(record, 1)).toBeUndefined();
  });

  test('is found again behind rows of a clock that was wrong for a while', () => {
    const record = openRecord();
    record.scan(1, 'in');
    record.clock.advance(-86_400_000 * 300);
    for (let index = 0; index < 500; index++) record.scan(2, 'in');
    record.journal.close();
    const again = openRecord({ folder: record.folder });
    expect(lastPassage(again, 1)).toBe('in');
  });
});

/** Two codes of one person. */
const CODES: readonly RosterEntry[] = ['A', 'B'].map((letter) => ({
  ref: letter.repeat(26),
  holder: 'pupil',
  label: 'x',
  person: 'P1',
}));

describe('a person with two codes', () => {
  test('is one person for direction and counting, running and after a restart', () => {
    const record = openRecord();
    record.scan(1, 'both', CODES[0]);
    record.scan(2, 'both', CODES[1]);
    record.scan(1, 'both', CODES[0]);
    record.scan(3, 'both');
    expect(directionsOf(record)).toEqual(['in', 'out', 'in', 'in']);
    expect(askPast(record, (past) => past.inside('2026-11-21'))).toBe(2);
    record.journal.close();
    const again = openRecord({ folder: record.folder });
    expect(askPast(again, (past) => past.inside('2026-11-21'))).toBe(2);
    expect(askPast(again, (past) => past.lastPassage('P1', '2026-11-21'))).toMatchObject({
      direction: 'in',
      instant: { monotonicMs: 1_000_000 },
      boot: 'boot-of-the-test',
    });
  });
});

describe('inside', () => {
  const count = (record: Record, day = '2026-11-21') => askPast(record, (past) => past.inside(day));

  test('counts people, not scans, and nobody twice', () => {
    const record = openRecord();
    for (const direction of ['in', 'in', 'out', 'out', 'in'] as const) record.scan(1, direction);
    record.scan(2, 'out');
    expect(count(record)).toBe(1);
    record.scan(2, 'in');
    expect([count(record), count(record, '2026-11-20')]).toEqual([2, 0]);
  });

  test('begins anew at the night reset, which may be after midnight, running and after a restart', () => {
    const late = { exitAllAt: '04:00', clock: setClock('2026-11-21T23:00:00+07:00') };
    const record = openRecord(late);
    record.scan(1, 'in');
    record.clock.advance(4 * 3_600_000);
    record.scan(2, 'in');
    expect(count(record)).toBe(2);
    record.journal.close();
    const again = openRecord({ folder: record.folder, exitAllAt: '04:00', clock: setClock('2026-11-22T03:59:00+07:00') });
    expect(count(again)).toBe(2);
    again.clock.advance(60_000);
    again.scan(3, 'in');
    expect([count(again), count(again, '2026-11-22')]).toEqual([0, 1]);
    again.journal.close();
    const morning = openRecord({ folder: record.folder, exitAllAt: '04:00', clock: setClock('2026-11-22T07:00:00+07:00') });
    expect(count(morning, '2026-11-22')).toBe(1);
  });
});

test('of more people than can come in a day those who passed longest ago are forgotten, running and read back', () => {
  const record = openRecord();
  const running = new Presence((moment) => presenceDay(moment, '00:00'), 3);
  const now = () => record.clock.describe(record.clock.read());
  for (const index of [1, 2, 3, 1, 4, 5]) record.scan(index, 'in');
  const connection = openForReading(record.file);
  onTestFinished(() => void connection.close());
  const note = (presence: Presence, { body }: { readonly body: Buffer }): void => {
    const { type, data, epoch, sequence } = JSON.parse(body.toString()) as Stored;
    presence.note({ moment: now(), type, data } as EventContent, { epoch, sequence: Number(sequence) });
  };
  for (const row of rowsOf(record.file)) note(running, row);
  const readBack = new Presence((moment) => presenceDay(moment, '00:00'), 3);
  readBack.forget(connection, now());
  for (const presence of [running, readBack]) {
    expect([1, 2, 3, 4, 5].filter((index) => presence.lastPassage(refOf(index), now().day))).toEqual([1, 4, 5]);
    expect(presence.inside(now().day)).toBe(3);
  }
  record.scan(2, 'in');
  for (const row of rowsOf(record.file).slice(-1)) note(readBack, row);
  expect([1, 2, 4, 5].filter((index) => readBack.lastPassage(refOf(index), now().day))).toEqual([2, 4, 5]);
});
