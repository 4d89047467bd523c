// The retry schedule, listed.

import { expect, test } from 'vitest';
import { type Backoff, backoff } from '../../src/system/backoff.ts';

function firstSix(options: Partial<Backoff>): number[] {
  const delays = backoff({ firstMs: 250, maxMs: 2_000, random: () => 0, ...options });
  return Array.from({ length: 6 }, () => delays.next().value);
}

test('backoff doubles up to its limit and stays there', () => {
  expect(firstSix({})).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
});

test('backoff takes at most half of a delay away as jitter', () => {
  expect(firstSix({ random: () => 0.999_999 })).toEqual([125, 250, 500, 1_000, 1_000, 1_000]);
});

test('backoff never exceeds a limit below the first delay', () => {
  expect(firstSix({ firstMs: 500, maxMs: 300 })).toEqual([300, 300, 300, 300, 300, 300]);
});
