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
