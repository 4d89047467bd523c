// The journal's slow timer: what goes by age alone while the clock cannot be trusted.

import { afterEach, expect, test, vi } from 'vitest';

import { startUpkeep } from '../../src/journal/upkeep.ts';
import { openRecord, rowsOf } from '../fakes/record.ts';
import { setClock } from '../fakes/set-clock.ts';

afterEach(() => vi.useRealTimers());

/** A round of upkeep ten days after three scans, where the journal is the only record; how many of the scans are left. */
function scansLeft(retentionDays: number, state: 'synchronised' | 'unsynchronised'): number {
  const clock = setClock('2026-11-21T06:45:00+07:00');
  const record = openRecord({ clock });
  for (const index of [1, 2, 3]) record.scan(index);
  clock.state = state;
  clock.advance(10 * 86_400_000);
  vi.useFakeTimers();
  const upkeep = startUpkeep({
    journal: record.journal,
    clock,
    idleMs: () => Number.POSITIVE_INFINITY,
    retentionDays,
    prunable: () => ({ through: 3, byAgeAlone: true }),
    onClock: () => undefined,
    onPruned: () => undefined,
  });
  vi.advanceTimersByTime(5_000);
  upkeep.stop();
  return rowsOf(record.file).filter(({ sequence }) => sequence <= 3).length;
}

test.each([
  [30, 'synchronised', 3],
  [5, 'synchronised', 0],
  [5, 'unsynchronised', 3],
  [0, 'unsynchronised', 0],
] as const)(
  'startUpkeep: with %i days of retention and a clock that is %s, %i of three ten-day-old scans stay',
  (days, state, left) => {
    expect(scansLeft(days, state)).toBe(left);
  },
);

/** The wall times of the words of trust after a start and a round for each of `steps`, by which the clock is set before it. */
function wordsOfTrust(steps: readonly number[], state: 'synchronised' | 'unsynchronised'): string[] {
  const clock = setClock('2026-11-21T06:45:00+07:00');
  clock.state = state;
  const record = openRecord({ clock });
  vi.useFakeTimers();
  const upkeep = startUpkeep({
    journal: record.journal,
    clock,
    idleMs: () => 0,
    retentionDays: 30,
    prunable: () => ({ through: 0, byAgeAlone: false }),
    onClock: () => undefined,
    onPruned: () => undefined,
  });
  for (const ms of steps) {
    clock.step(ms);
    clock.advance(5_000);
    vi.advanceTimersByTime(5_000);
  }
  upkeep.stop();
  return rowsOf(record.file).flatMap(
    ({ body }) => /"type":"gate.clock.v1".*"wall":"[^"]*T([^.]*)/u.exec(body.toString())?.[1] ?? [],
  );
}

test('startUpkeep: a step of a trusted clock is a new word of trust, an adjustment is none', () => {
  expect(wordsOfTrust([0, 400, -60_000, 0], 'synchronised')).toEqual(['06:45:00', '06:44:15']);
});

test('startUpkeep: a clock that nobody trusts may step as it likes', () => {
  expect(wordsOfTrust([60_000, -60_000], 'unsynchronised')).toEqual([]);
});
