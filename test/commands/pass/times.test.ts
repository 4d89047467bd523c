// Days and times of passes, in zones that make days difficult.

import { describe, expect, test } from 'vitest';

import { isTimezone, passTime } from '../../../src/commands/pass/times.ts';

const seconds = (text: string): number => Date.parse(text) / 1000;

describe('passTime', () => {
  test.each([
    ['2026-11-21', 'from', 'Asia/Ho_Chi_Minh', '2026-11-20T17:00:00Z'],
    ['2026-11-21', 'until', 'Asia/Ho_Chi_Minh', '2026-11-21T16:59:59Z'],
    ['2024-02-29', 'until', 'UTC', '2024-02-29T23:59:59Z'],
    ['2026-03-29', 'from', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-03-29', 'until', 'Europe/Berlin', '2026-03-29T21:59:59Z'],
    // Clocks went from 24:00 to 01:00: the day began at 01:00.
    ['2018-11-04', 'from', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    ['2026-01-01', 'from', 'Pacific/Kiritimati', '2025-12-31T10:00:00Z'],
    ['2026-01-01', 'from', 'Etc/GMT+12', '2026-01-01T12:00:00Z'],
    ['2026-01-01', 'from', 'Asia/Kathmandu', '2025-12-31T18:15:00Z'],
    ['9999-12-31', 'until', 'Asia/Ho_Chi_Minh', '9999-12-31T16:59:59Z'],
  ] as const)('of the day %s, %s in %s, is %s', (text, edge, zone, expected) => {
    expect(passTime(text, edge, zone)).toBe(seconds(expected));
  });

  test('takes an RFC 3339 time as it is, within the second', () => {
    expect(passTime('2026-11-21T07:00:00+07:00', 'from', 'UTC')).toBe(seconds('2026-11-21T00:00:00Z'));
    expect(passTime('2026-11-21T07:00:00.5Z', 'from', 'UTC')).toBe(seconds('2026-11-21T07:00:01Z'));
    expect(passTime('2026-11-21T07:00:00.5Z', 'until', 'UTC')).toBe(seconds('2026-11-21T07:00:00Z'));
  });

  test.each(['', 'tomorrow', '2026-13-01', '2026-02-30', '21/11/2026', '2026-11-21T07:00:00', '2026-11-21 ', '1795000000'])(
    'refuses %j',
    (text) => {
      expect(passTime(text, 'from', 'Asia/Ho_Chi_Minh')).toBeUndefined();
    },
  );
});

test('isTimezone knows IANA names', () => {
  expect(['Asia/Ho_Chi_Minh', 'UTC', 'Asia/Nowhere', ''].map(isTimezone)).toEqual([true, true, false, false]);
});
