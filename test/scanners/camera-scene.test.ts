// Whether something new is in view.

import { expect, test } from 'vitest';

import { Scene } from '../../src/scanners/camera-scene.ts';
import { frameWith } from './camera-picture-of-codes.ts';

const size = { width: 640, height: 360 };
const empty = frameWith(size, [], { paper: 90 });
const shown = frameWith(size, [{ text: 'something new', x: 200, y: 100, scale: 4 }], { paper: 90 });

test('Scene takes the first pictures for new, then an unchanged one for usual, and a code held into it for new at once', () => {
  const scene = new Scene(size);
  expect(scene.isNew(empty)).toBe(true);
  for (let frame = 0; frame < 60; frame++) scene.isNew(empty);
  expect(scene.isNew(empty)).toBe(false);
  expect(scene.isNew(shown)).toBe(true);
  expect(scene.isNew(shown)).toBe(true);
});

test('Scene does not take grain for news', () => {
  const scene = new Scene(size);
  const grainy = (turn: number) => empty.map((level, at) => level + ((at * 31 + turn * 17) % 13) - 6);
  for (let frame = 0; frame < 60; frame++) scene.isNew(grainy(frame));
  expect(scene.isNew(grainy(61))).toBe(false);
});
