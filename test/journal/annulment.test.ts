// A passage that a turn sensor annulled: presence and used credentials as if it had never been granted, running, after a restart,
// and for any course of scans and annulments.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { clockData } from '../../src/admission/event.ts';
import type { Direction, Recorded } from '../../src/admission/ports.ts';
import { annul, askPast, lastPassage, openRecord as openUnread, type Record } from '../fakes/record.ts';
import { setClock } from '../fakes/set-clock.ts';

const DAY = '2026-11-21';

const inside = (record: Record): number | undefined => askPast(record, (past) => past.inside(DAY));

/** As the daemon leaves it soon after its start: what was there before is read back. */
function openRecord(options: Parameters<typeof openUnread>[0] = {}): Record {
  const record = openUnread(options);
  record.journal.settle();
  return record;
}

function reopened(record: Record, open = openRecord): Record {
  record.journal.close();
  return open({ folder: record.folder, clock: record.clock });
}

describe('an annulled passage', () => {
  test('leaves what was before it, running and after a restart', () => {
    const record = openRecord();
    record.scan(1, 'in');
    annul(record, record.scan(1, 'out'));
    annul(record, record.scan(2, 'in'));
    const known = (from: Record) => [lastPassage(from, 1), lastPassage(from, 2), inside(from)];
    expect([known(record), known(reopened(record))]).toEqual([
      ['in', undefined, 1],
      ['in', undefined, 1],
    ]);
  });

  test('that is older than the holder’s last one leaves that', () => {
    const record = openRecord();
    const first = record.scan(1, 'in');
    const second = record.scan(1, 'out');
    annul(record, first);
    expect(lastPassage(record, 1)).toBe('out');
    annul(record, second);
    expect([lastPassage(record, 1), lastPassage(reopened(record), 1)]).toEqual([undefined, undefined]);
  });

  test('of another journal is not this one’s with the same number', () => {
    const record = openRecord();
    annul(record, record.scan(1, 'in'), { epoch: '0199f3a2-0000-7d3a-9b52-3f0d6f2a91c4' });
    expect([lastPassage(record, 1), lastPassage(reopened(record), 1)]).toEqual(['in', 'in']);
  });

  test('is found again when more people passed since than are kept in mind', () => {
    const record = openRecord();
    record.scan(1, 'in');
    const scan = record.scan(1, 'out');
    for (let index = 2; index < 302; index++) record.scan(index, 'in');
    annul(record, scan);
    expect([lastPassage(record, 1), inside(record)]).toEqual(['in', 301]);
  });

  test('right after a restart, when nothing was read back yet', () => {
    const first = openRecord();
    first.scan(1, 'in');
    const record = reopened(first, openUnread);
    annul(record, record.scan(1, 'out'));
    expect(lastPassage(record, 1)).toBe('in');
  });

  test('is annulled also where the clock jumped before the word of it came', () => {
    const record = openRecord();
    const scan = record.scan(1, 'in');
    record.clock.advance(-86_400_000 * 300);
    annul(record, scan);
    record.journal.close();
    const again = openRecord({ folder: record.folder, clock: setClock('2026-11-21T06:45:00+07:00') });
    expect(lastPassage(again, 1)).toBeUndefined();
  });

  test('gives a once-only credential back in the same transaction, for good', () => {
    const record = openRecord();
    const ref = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const moment = record.clock.describe(record.clock.read());
    const consumes = { ref, expires: Number.MAX_SAFE_INTEGER };
    record.journal.append({ moment, consumes, type: 'gate.stop.v1', data: { reason: 'test', clock: clockData(moment) } });
    const isUsed = (from: Record) => askPast(from, (past) => past.isUsed(ref));
    expect(isUsed(record)).toBe(true);
    annul(record, { ok: true, sequence: 1 }, { releases: ref });
    expect([isUsed(record), isUsed(reopened(record))]).toEqual([false, false]);
  });
});

type Step = { readonly person: number; readonly direction: Direction } | { readonly annul: number } | 'restart' | 'settle';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ person: fc.integer({ min: 1, max: 3 }), direction: fc.constantFrom('in', 'out') }) },
  { weight: 4, arbitrary: fc.record({ annul: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constantFrom('restart', 'settle') },
);

test('for any course of scans, annulments and restarts, presence is that of the scans that were not annulled', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let record = openRecord();
      let scans: { readonly scan: Recorded; readonly person: number; readonly direction: Direction }[] = [];
      for (const next of steps) {
        if (next === 'restart') record = reopened(record, openUnread);
        else if (next === 'settle') record.journal.settle();
        else if ('person' in next) scans.push({ ...next, scan: record.scan(next.person, next.direction) });
        else {
          const gone = scans[next.annul % Math.max(1, scans.length)];
          if (gone) annul(record, gone.scan);
          scans = scans.filter((scan) => scan !== gone);
        }
      }
      const last = [1, 2, 3].map((person) => scans.findLast((scan) => scan.person === person)?.direction);
      const known = (from: Record) => [...[1, 2, 3].map((person) => lastPassage(from, person)), inside(from)];
      const wanted = [...last, last.filter((direction) => direction === 'in').length];
      const [running, restarted] = [known(record), known(reopened(record))];
      expect([running, restarted]).toEqual([wanted, wanted]);
    }),
    { numRuns: 60 },
  );
});
