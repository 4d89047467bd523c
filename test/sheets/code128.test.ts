// Code 128 against symbols that others drew, and read back by another decoder.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FNC3, modulesOf, symbolCharacters } from '../../scripts/sheets/code128.ts';
import { readBars } from './bars.ts';

const bits = (content: string) =>
  modulesOf(content)
    .map((isDark) => (isDark ? '1' : '0'))
    .join('');

/** Symbols as Barcoder's tests (Code128EncoderTests) write them, character by character. */
describe('modulesOf: as another encoder draws it', () => {
  test('FNC3 $P CR, in set A', () => {
    expect(bits(`${FNC3}$P\r`)).toBe(
      ['11010000100', '10111100010', '10010001100', '11101110110', '11110111010', '11000100010', '1100011101011'].join(''),
    );
  });

  test('FNC3 $P,Ae,P CR: begins in set B, ends in set A', () => {
    const start = [
      '11010010000',
      '10111100010',
      '10010001100',
      '11101110110',
      '10110011100',
      '10100011000',
      '10110010000',
      '10110011100',
    ];
    expect(bits(`${FNC3}$P,Ae,P\r`)).toBe(
      [...start, '11101110110', '11101011110', '11110111010', '10110001000', '1100011101011'].join(''),
    );
  });

  test('FNC3 123, in set B', () => {
    expect(bits(`${FNC3}123`)).toBe(
      ['11010010000', '10111100010', '10011100110', '11001110010', '11001011100', '11101000110', '1100011101011'].join(''),
    );
  });
});

describe('symbolCharacters', () => {
  test('every character is 11 modules, the stop 13', () => {
    const content = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
    expect(modulesOf(content)).toHaveLength((symbolCharacters(content).length - 1) * 11 + 13);
  });

  test('nothing, and what is beyond ASCII, is refused', () => {
    expect(() => symbolCharacters('')).toThrow(RangeError);
    expect(() => symbolCharacters('é')).toThrow('U+00E9');
  });
});

test('whatever ASCII is drawn, another decoder reads', async () => {
  const ascii = fc.string({
    unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(ascii, async (content) => {
      // Not whether it is a command: this decoder takes a check character of 96 for FNC3.
      expect((await readBars(modulesOf(content))).text).toBe(content);
    }),
    { numRuns: 40 },
  );
});

test('FNC3 anywhere makes it a command', async () => {
  expect(await readBars(modulesOf(`${FNC3}92`))).toEqual({ text: '92', isCommand: true });
  expect(await readBars(modulesOf('92'))).toEqual({ text: '92', isCommand: false });
  expect(await readBars(modulesOf(`~DEFALT.${FNC3}`))).toEqual({ text: '~DEFALT.', isCommand: true });
});
