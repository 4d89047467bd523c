// Hours in the site's local time: weekly windows, days that differ, across midnight, and on days when the clocks change.

import { describe, expect, test } from 'vitest';
import { open, withinHours } from '../../../src/admission/policy/hours.ts';
import type { Hours } from '../../../src/admission/ports.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { CARD, ENTRY, listsOf, subject } from '../../fakes/judging.ts';
import { MORNING } from '../moment.ts';

/** 2026-11-23 is a Monday. */
const momentOf = (time: string, zone = 'Asia/Ho_Chi_Minh') =>
  systemClock(zone).describe({ wallMs: Date.parse(time), monotonicMs: 0 });
const at = (hours: Hours, local: string) => open(hours, momentOf(`${local}+07:00`));
const week = (days: readonly number[], from: string, to: string): Hours => ({ windows: [{ days, from, to }] });

describe('open', () => {
  const school = week([1, 2, 3, 4, 5], '06:30', '17:30');
  const night = week([1], '22:00', '06:00');
  const holidays: Hours = {
    ...school,
    exceptions: [
      { date: '2026-11-24', windows: [] },
      { date: '2026-11-28', windows: [{ from: '08:00', to: '10:00' }] },
    ],
  };
  const nightAndHoliday: Hours = { ...night, exceptions: [{ date: '2026-11-24', windows: [{ from: '12:00', to: '13:00' }] }] };
  const closedMonday: Hours = { ...night, exceptions: [{ date: '2026-11-23', windows: [] }] };
  const longMonday: Hours = { ...school, exceptions: [{ date: '2026-11-23', windows: [{ from: '20:00', to: '02:00' }] }] };
  test.each<[string, Hours, string, boolean]>([
    ['at the first moment', school, '2026-11-23T06:30:00', true],
    ['just before', school, '2026-11-23T06:29:59.999', false],
    ['at the last moment', school, '2026-11-23T17:29:59.999', true],
    ['at the end', school, '2026-11-23T17:30:00', false],
    ['on a day that is not named', school, '2026-11-28T09:00:00', false],
    ['on Sunday, the seventh day', week([7], '08:00', '09:00'), '2026-11-29T08:30:00', true],
    [
      'in the second of two windows',
      { windows: [...week([1], '06:00', '07:00').windows, ...week([1], '13:00', '14:00').windows] },
      '2026-11-23T13:30:00',
      true,
    ],
    [
      'between two windows',
      { windows: [...week([1], '06:00', '07:00').windows, ...week([1], '13:00', '14:00').windows] },
      '2026-11-23T10:00:00',
      false,
    ],
    ['on Monday night', night, '2026-11-23T23:00:00', true],
    ['on Tuesday before dawn', night, '2026-11-24T05:59:59', true],
    ['on Tuesday at six', night, '2026-11-24T06:00:00', false],
    ['on Monday before dawn: that is Sunday’s night', night, '2026-11-23T05:00:00', false],
    ['on Tuesday night', night, '2026-11-24T23:00:00', false],
    ['before dawn on Monday after a Sunday night', week([7], '22:00', '06:00'), '2026-11-23T05:00:00', true],
    ['all day, from midnight to midnight', week([1], '00:00', '00:00'), '2026-11-23T23:59:59', true],
    ['all day, and not at midnight of the next', week([1], '00:00', '00:00'), '2026-11-24T00:00:00', false],
    ['to 24:00', week([1], '18:00', '24:00'), '2026-11-23T23:59:59', true],
    ['on a day that is closed', holidays, '2026-11-24T09:00:00', false],
    ['on a Saturday that is open', holidays, '2026-11-28T09:00:00', true],
    ['on a Saturday that is open, later', holidays, '2026-11-28T11:00:00', false],
    ['what Monday leaves over on a day with windows of its own', nightAndHoliday, '2026-11-24T05:00:00', false],
    ['that day’s own windows', nightAndHoliday, '2026-11-24T12:30:00', true],
    ['after a Monday that was closed', closedMonday, '2026-11-24T05:00:00', false],
    ['what an exceptional Monday leaves over', longMonday, '2026-11-24T01:59:59', true],
    ['what it does not', longMonday, '2026-11-24T02:00:00', false],
    ['no window at all', { windows: [] }, '2026-11-23T09:00:00', false],
  ])('%s', (_, hours, local, wanted) => {
    expect(at(hours, local)).toBe(wanted);
  });

  // Berlin, 2026: clocks go forward on 29 March at 02:00 and back on 25 October at 03:00, both Sundays.
  test.each<[string, string, boolean]>([
    ['2026-03-28T22:30:00Z', '23:00', true],
    ['2026-03-29T00:59:59Z', '01:59 before the change', true],
    ['2026-03-29T01:00:00Z', '03:00 after it', false],
    ['2026-10-25T00:59:59Z', '02:59 for the first time', true],
    ['2026-10-25T01:59:59Z', '02:59 for the second time', true],
    ['2026-10-25T02:00:00Z', '03:00', false],
  ])('follows the clock on the wall on a day when it changes: %s is %s', (time, _, wanted) => {
    expect(open(week([6], '22:00', '03:00'), momentOf(time, 'Europe/Berlin'))).toBe(wanted);
  });
});

describe('withinHours', () => {
  const never: Hours = { windows: [] };
  const always = week([1, 2, 3, 4, 5, 6, 7], '00:00', '00:00');
  const roster = (hours: Hours | undefined, acceptance: 'roster' | 'record', pupils?: Hours) => {
    const entry = { ...ENTRY, ...(hours ? { hours } : {}) };
    const lists = listsOf({ roster: [entry], ...(pupils ? { policy: { pupil: { hours: pupils } } } : {}) });
    return withinHours(subject(CARD, acceptance, { entry, lists, moment: MORNING }));
  };

  test('the entry’s hours, else those of all such holders, else none', () => {
    const denied = { deny: 'outside-hours' };
    expect(roster(never, 'roster')).toEqual(denied);
    expect(roster(undefined, 'roster', never)).toEqual(denied);
    expect(roster(always, 'roster', never)).toBeUndefined();
    expect(roster(undefined, 'roster')).toBeUndefined();
    expect(roster(never, 'record', never)).toBeUndefined();
  });
});
