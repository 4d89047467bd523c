// The ways in which frames are looked at, in turn: the order alone, and with the real decoder on codes that only one way reads.

import { describe, expect, test } from 'vitest';

import { makeDecoder } from '../../src/scanners/camera-decoder.ts';
import { Looks, ROUND_FRAMES } from '../../src/scanners/camera-looks.ts';
import { frameWith } from './camera-picture-of-codes.ts';

const USUAL = ['plain', 'brightened', 'smoothed', 'plain', 'brightened'];
const ROUND = [...USUAL, 'darkened', ...USUAL, 'levelled'];

describe('Looks', () => {
  const missed = (looks: Looks) => {
    const look = looks.next();
    looks.took(false);
    return look;
  };

  test('takes another way after each miss, every third frame plainly', () => {
    const looks = new Looks();
    const round = Array.from({ length: ROUND_FRAMES }, () => missed(looks));
    expect(round).toEqual(ROUND);
    expect(missed(looks)).toBe('plain');
  });

  test('stays with what reads until it misses', () => {
    const looks = new Looks();
    missed(looks);
    for (let frame = 0; frame < 5; frame++) {
      expect(looks.next()).toBe('brightened');
      looks.took(true);
    }
    expect(missed(looks)).toBe('brightened');
    expect(looks.next()).toBe('smoothed');
  });
});

describe('the zxing decoder', () => {
  const size = { width: 400, height: 300 };
  const frame = (scale: number, light?: { paper: number; ink: number }) =>
    frameWith(size, [{ text: 'a code with dots', x: 10, y: 10, scale }], light);
  // Marsaglia's xorshift: the same speckles in every run.
  const speckled = () => {
    let state = 7;
    return frame(6).map((level) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % 20 === 0 ? (state & 256 ? 255 : 0) : level;
    });
  };
  const striped = () => frame(4).map((level, at) => ((at % size.width) % 3 === 0 ? 225 : level));

  test.each([
    ['in the dark', 'brightened', 5, frame(5, { paper: 9, ink: 3 })],
    ['with speckles', 'smoothed', 6, speckled()],
    ['in glaring light', 'darkened', 5, frame(5, { paper: 250, ink: 235 })],
    ['with white lines through it, as of a failing print head', 'levelled', 4, striped()],
  ] as const)('reads a code %s in the frame that is %s, and then in every one', async (_what, look, scale, pixels) => {
    const decode = await makeDecoder('zxing', size);
    const reads = Array.from({ length: ROUND_FRAMES * 2 }, () => decode(pixels));
    const first = ROUND.indexOf(look);
    expect(reads.map((codes) => codes.length)).toEqual(reads.map((_codes, at) => Number(at >= first)));
    const [code] = reads[first] ?? [];
    expect(Buffer.from(code?.bytes ?? '').toString()).toBe('a code with dots');
    // In pixels of the frame, whatever size it was looked at in: a code of 25 modules.
    expect(Math.abs(Math.sqrt(code?.area ?? 0) / 25 - scale)).toBeLessThan(0.4);
  });
});
