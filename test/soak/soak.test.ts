// The parts of the soak that its figures stand on: which days are school days, and a wall clock that steps while elapsed time does not.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { svgOf } from '../../scripts/soak/chart.ts';
import { schoolDays } from '../../scripts/soak/school-day.ts';
import { steppedClock } from '../../scripts/soak/stepped-clock.ts';
import { dataFolder } from '../fakes/record.ts';

test('schoolDays begin at midnight of the site from tomorrow on, without Saturdays and Sundays', () => {
  const saturdayEvening = Date.parse('2026-11-21T20:00:00+07:00');
  expect(schoolDays(saturdayEvening, 6).map((ms) => new Date(ms).toISOString())).toEqual(
    ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-29'].map((day) => `${day}T17:00:00.000Z`),
  );
});

test.skipIf(!existsSync('/usr/bin/cc'))(
  'steppedClock: the wall clock of a program under it steps, its monotonic clock does not',
  () => {
    const clock = steppedClock(dataFolder());
    const wallMs = Date.now() + 40 * 86_400_000;
    clock.stepTo(wallMs);
    const words = [...clock.through.slice(1), process.execPath, '-p', '`${Date.now()} ${process.hrtime()[0]}`'];
    const [shown, seconds] = execFileSync('env', words, { encoding: 'utf8' }).trim().split(' ').map(Number);
    expect(Math.abs((shown ?? 0) - wallMs)).toBeLessThan(10_000);
    expect(Math.abs((seconds ?? 0) - process.hrtime()[0])).toBeLessThan(10);
  },
);

describe('svgOf', () => {
  test('draws each curve over its days, with title, units and axes', () => {
    const curves = [{ name: 'a < b', colour: '#000', values: [0, 50, 100] }];
    const svg = svgOf({ title: 'T & U', notes: ['note'], days: [0, 1, 2], panels: [{ title: 'Memory', unit: 'MB', curves }] });
    expect(svg).toContain('<title>T &amp; U</title>');
    expect(svg).toContain('Memory, MB');
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('points="80.0,222.0 508.0,157.0 936.0,92.0"');
  });
});
