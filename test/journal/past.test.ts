// What a judge asks of the file: used credentials and the latest trusted time, also after a restart.

import { expect, test } from 'vitest';
import { clockData, type Consumed } from '../../src/admission/event.ts';
import { setClock } from '../fakes/set-clock.ts';
import { askPast, openRecord, type Record } from '../fakes/record.ts';

const REF = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const EXPIRES = Date.parse('2026-11-21T12:00:00+07:00') / 1000;

/** Records an event that uses a credential up. */
function use({ journal, clock }: Record, consumes: Consumed): void {
  const moment = clock.describe(clock.read());
  journal.append({ moment, consumes, type: 'gate.stop.v1', data: { reason: 'test', clock: clockData(moment) } });
}

const isUsed = (record: Record) => askPast(record, (past) => past.isUsed(REF));

test('a credential is used from the event that consumes it, also after a restart', () => {
  const record = openRecord();
  expect(isUsed(record)).toBe(false);
  use(record, { ref: REF, expires: EXPIRES });
  use(record, { ref: REF, expires: EXPIRES });
  expect(isUsed(record)).toBe(true);
  record.journal.close();
  expect(isUsed(openRecord({ folder: record.folder }))).toBe(true);
});

test('a credential that never expires is kept as long as the journal', () => {
  const record = openRecord();
  use(record, { ref: REF, expires: Number.MAX_SAFE_INTEGER });
  expect(isUsed(record)).toBe(true);
});

test('a use that was not recorded did not happen', () => {
  const record = openRecord();
  record.journal.record((past) => {
    expect(past.isUsed(REF)).toBe(false);
    throw new Error('the disk is full');
  });
  expect(isUsed(record)).toBe(false);
});

test('the trusted time is that of a start under a synchronised clock, never goes back, and outlives a restart', () => {
  const trusted = (record: Record) => askPast(record, ({ trustedMs }) => trustedMs);
  const record = openRecord({ clock: setClock('2026-11-21T06:45:00+07:00') });
  expect(trusted(record)).toBe(0);
  record.scan(1);
  record.start();
  const startedMs = Date.parse('2026-11-21T06:45:00+07:00');
  expect(trusted(record)).toBe(startedMs);
  record.clock.state = 'unsynchronised';
  record.clock.advance(86_400_000);
  record.start();
  expect(trusted(record)).toBe(startedMs);
  record.journal.close();
  expect(trusted(openRecord({ folder: record.folder, clock: setClock('2020-01-01T00:00:00Z') }))).toBe(startedMs);
});
