// Rows of the pattern table as lists of levels.

import { describe, expect, test } from 'vitest';
import { patternsFor } from '../../src/config/patterns.ts';
import { durationMs, evenBlink, isQuiet, lampLevels, type Level, soundLevels } from '../../src/indicators/schedule.ts';

const PATTERNS = patternsFor({ kind: 'leds' });

/** At most so many levels of a list that may be endless. */
function first(levels: Iterable<Level>, most = 20): Level[] {
  const taken: Level[] = [];
  for (const level of levels) if (taken.push(level) === most) break;
  return taken;
}

describe('lampLevels', () => {
  test('a lamp that is not in the row is off', () => {
    expect(first(lampLevels(undefined))).toEqual([[0, undefined]]);
  });

  test('steps once, then off', () => {
    expect(first(lampLevels(PATTERNS['granted-out'].green))).toEqual([
      [1, 250],
      [0, 250],
      [1, 250],
      [0, 250],
      [1, 1500],
      [0, undefined],
    ]);
  });

  test('an endless blink goes on, filled up to its period', () => {
    const levels = first(lampLevels({ steps: [[1, 60]], everyMs: 5000 }), 5);
    expect(levels.map(([level, ms]) => `${level}:${ms}`)).toEqual(['1:60', '0:4940', '1:60', '0:4940', '1:60']);
  });

  test('a blink with an end is 5 s long, and off then', () => {
    const levels = first(lampLevels(PATTERNS.attention.green), 100);
    expect(levels.reduce((sum, [, ms]) => sum + (ms ?? 0), 0)).toBe(5000);
    expect(levels.at(-1)).toEqual([0, undefined]);
  });

  test('steps longer than the period are cut', () => {
    expect(
      first(
        lampLevels({
          steps: [
            [1, 400],
            [0, 400],
          ],
          everyMs: 500,
          forMs: 900,
        }),
      ),
    ).toEqual([
      [1, 400],
      [0, 100],
      [1, 400],
      [0, undefined],
    ]);
  });
});

describe('soundLevels', () => {
  test.each(['active', 'passive'] as const)('the %s buzzer gets its own steps', (sounder) => {
    expect(first(soundLevels(PATTERNS.denied, sounder)).slice(0, -1)).toEqual(PATTERNS.denied[sounder]);
  });

  test('without a buzzer, and in quiet hours, there is silence', () => {
    expect(first(soundLevels(PATTERNS.denied, 'none'))).toEqual([[0, undefined]]);
  });

  test('a fault sounds each minute, first after the rest of the last one', () => {
    expect(first(soundLevels(PATTERNS.fault, 'active', 20_000), 4)).toEqual([
      [0, 20_000],
      [1, 300],
      [0, 59_700],
      [1, 300],
    ]);
  });
});

test('evenBlink knows the lamps that a kernel can blink alone', () => {
  expect(evenBlink(PATTERNS.fault.red)).toEqual({ onMs: 1000, offMs: 1000 });
  expect(evenBlink(PATTERNS.attention.green)).toBeUndefined();
  expect(evenBlink(PATTERNS.denied.red)).toBeUndefined();
  expect(
    evenBlink({
      steps: [
        [1, 100],
        [0, 100],
        [1, 100],
      ],
      everyMs: 1000,
    }),
  ).toBeUndefined();
});

test('an alarm blinks red four times a second and sounds for ten seconds on a passive buzzer, ten beeps on an active one', () => {
  const red = first(lampLevels(PATTERNS.alarm.red), 100);
  expect(red.filter(([level]) => level === 1)).toHaveLength(40);
  expect(red.reduce((sum, [, ms]) => sum + (ms ?? 0), 0)).toBe(10_000);
  const tones = first(soundLevels(PATTERNS.alarm, 'passive'), 100);
  expect(tones.slice(0, 3)).toEqual([
    [1500, 200],
    [800, 200],
    [1500, 200],
  ]);
  expect(tones.reduce((sum, [, ms]) => sum + (ms ?? 0), 0)).toBe(10_000);
  const beeps = first(soundLevels(PATTERNS.alarm, 'active'), 100).filter(([level]) => level === 1);
  expect(beeps).toEqual(Array.from({ length: 10 }, () => [1, 100]));
});

test('durationMs is the longest output of a row, and none for a row without end', () => {
  expect([PATTERNS['granted-in'], PATTERNS.denied, PATTERNS.attention].map(durationMs)).toEqual([1500, 4000, 5000]);
  expect([PATTERNS.ready, PATTERNS.fault].map(durationMs)).toEqual([undefined, undefined]);
});

test.each([
  ['20:00', '06:00', '19:59', false],
  ['20:00', '06:00', '20:00', true],
  ['20:00', '06:00', '00:00', true],
  ['20:00', '06:00', '06:00', false],
  ['12:00', '13:30', '13:29', true],
  ['12:00', '13:30', '13:30', false],
  ['08:00', '08:00', '03:00', true],
])('isQuiet from %s to %s at %s: %s', (from, to, time, quiet) => {
  expect(isQuiet({ from, to }, time)).toBe(quiet);
});
