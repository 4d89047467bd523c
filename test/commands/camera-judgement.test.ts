// From pictures to what an installer is told: generated ones, measured and decoded as those of a camera are.

import { expect, test } from 'vitest';

import { judge } from '../../src/commands/camera/judgement.ts';
import { makeDecoder } from '../../src/scanners/camera-decoder.ts';
import { ROUND_FRAMES } from '../../src/scanners/camera-looks.ts';
import { pictureOf } from '../../src/scanners/camera-picture.ts';
import { frameWith } from '../scanners/camera-picture-of-codes.ts';

const size = { width: 640, height: 360 };
const held = (scale: number, light?: { paper: number; ink: number }) =>
  frameWith(size, [{ text: 'JUDGE ME', x: 20, y: 2, scale }], light);

/** Means over `reach` pixels in both directions, as out of focus. */
function unfocused(pixels: Uint8Array, reach: number): Uint8Array {
  const across = (step: number, from: Uint8Array) =>
    from.map((_, at) => {
      let sum = 0;
      for (let away = -reach; away <= reach; away++) sum += from[Math.min(from.length - 1, Math.max(0, at + away * step))] ?? 0;
      return sum / (2 * reach + 1);
    });
  return across(size.width, across(1, pixels));
}

test.each([
  ['a code at the right distance in good light', held(6), []],
  ['a code in the dark', held(6, { paper: 30, ink: 4 }), ['dark']],
  ['a code in a dark place, lit from its screen', held(5).map((level, at) => (at % size.width < 200 ? level : 12)), []],
  ['a lamp behind the code', held(6, { paper: 255, ink: 60 }), ['burnt']],
  ['a lens out of focus', unfocused(held(6), 6), ['blurred', 'no-code']],
  ['a covered lens', new Uint8Array(size.width * size.height).fill(3), ['dark', 'flat', 'no-code']],
  ['an empty wall', new Uint8Array(size.width * size.height).fill(150), ['flat', 'no-code']],
  ['a code too near', held(12), ['too-near']],
  ['a code too far away', held(2), ['too-far']],
] as const)('judge of %s', async (_what, frame, hints) => {
  const decode = await makeDecoder('zxing', size);
  const looks = Array.from({ length: ROUND_FRAMES }, () => ({
    wallMs: 0,
    monotonicMs: 0,
    decodeMs: 5,
    ageMs: 8,
    codes: decode(frame),
    picture: pictureOf(frame, size),
  }));
  expect(judge({ seconds: 1, fps: ROUND_FRAMES, ...size, frames: ROUND_FRAMES, looks }).hints).toEqual(hints);
});
