// FlapLimit: what of a flapping part is recorded.

import { expect, test } from 'vitest';

import { FlapLimit } from '../../src/system/flap-limit.ts';

test('FlapLimit records ten changes of a part in ten minutes, counts the rest, and says how many when it goes on', () => {
  const limit = new FlapLimit();
  const answers = Array.from({ length: 14 }, (_, index) => limit.admit('scanner:main', index * 1_000));
  expect(answers).toEqual([...Array.from({ length: 10 }, () => 0), undefined, undefined, undefined, undefined]);
  expect(limit.admit('scanner:desk', 14_000)).toBe(0);
  expect(limit.admit('scanner:main', 599_999)).toBeUndefined();
  expect(limit.admit('scanner:main', 600_000)).toBe(5);
  expect(limit.admit('scanner:main', 601_000)).toBe(0);
});

test('FlapLimit with a limit of its own', () => {
  const limit = new FlapLimit({ most: 1, withinMs: 1_000 });
  expect([0, 999, 1_000].map((atMs) => limit.admit('exit', atMs))).toEqual([0, undefined, 1]);
});
