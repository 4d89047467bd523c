// The repeat window: it runs from the recorded scan, is not extended, and is bounded.

import { expect, test } from 'vitest';
import { RepeatWindow } from '../../../src/admission/policy/repeat.ts';

test('RepeatWindow gives the answer within the window and not at its end', () => {
  const window = new RepeatWindow<string>(10_000);
  window.remember('a', 1_000, 'first');
  expect(window.find('a', 1_000)).toBe('first');
  expect(window.find('a', 10_999)).toBe('first');
  expect(window.find('a', 11_000)).toBeUndefined();
});

test('RepeatWindow keeps codes apart', () => {
  const window = new RepeatWindow<string>(10_000);
  window.remember('a', 0, 'first');
  expect(window.find('b', 1)).toBeUndefined();
});

test('RepeatWindow is not extended by looking, only by recording again', () => {
  const window = new RepeatWindow<string>(10_000);
  window.remember('a', 0, 'first');
  expect(window.find('a', 9_000)).toBe('first');
  expect(window.find('a', 10_500)).toBeUndefined();
  window.remember('a', 10_500, 'second');
  expect(window.find('a', 20_000)).toBe('second');
});

test('RepeatWindow of 0 remembers nothing', () => {
  const window = new RepeatWindow<string>(0);
  window.remember('a', 0, 'first');
  expect(window.find('a', 0)).toBeUndefined();
  expect(window.size).toBe(0);
});

test('RepeatWindow forgets what is over, so that a day of codes takes no more room than a window of them', () => {
  const window = new RepeatWindow<number>(1_000);
  for (let at = 0; at < 100_000; at += 100) window.remember(`code ${at}`, at, at);
  expect(window.size).toBeLessThanOrEqual(11);
  expect(window.find('code 99900', 99_950)).toBe(99_900);
});

test('RepeatWindow forgets the oldest in a flood', () => {
  const window = new RepeatWindow<number>(3_600_000);
  for (let index = 0; index < 70_000; index++) window.remember(`code ${index}`, index, index);
  expect(window.size).toBe(65_536);
  expect(window.find('code 0', 70_000)).toBeUndefined();
  expect(window.find('code 69999', 70_000)).toBe(69_999);
});

test('RepeatWindow keeps a code that was recorded again among the newest', () => {
  const window = new RepeatWindow<string>(1_000);
  window.remember('a', 0, 'old');
  window.remember('b', 500, 'b');
  window.remember('a', 1_100, 'new');
  window.remember('c', 1_600, 'c');
  expect([window.find('a', 1_700), window.find('b', 1_700), window.size]).toEqual(['new', undefined, 2]);
});

test('RepeatWindow forgets a code whose answer counts no more, and no later answer to the same code', () => {
  const window = new RepeatWindow<object>(1_000);
  const [first, second] = [{}, {}];
  window.remember('a', 0, first);
  window.remember('a', 500, second);
  window.forget('a', first);
  expect(window.find('a', 600)).toBe(second);
  window.forget('a', second);
  window.forget('b', second);
  expect(window.find('a', 600)).toBeUndefined();
});
