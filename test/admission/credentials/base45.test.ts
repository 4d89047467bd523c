// base45: the RFC's own examples, every fault, and that no two texts say the same.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase45 } from '../../../src/admission/credentials/base45.ts';
import { base45 } from '../../vectors/spelling.ts';

const ALPHABET = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');

describe('decodeBase45', () => {
  // RFC 9285, sections 4.3 and 4.4.
  test.each([
    ['BB8', 'AB'],
    ['%69 VD92EX0', 'Hello!!'],
    ['UJCLQE7W581', 'base-45'],
    ['QED8WEX0', 'ietf!'],
    ['', ''],
  ])('%s is %s', (text, bytes) => {
    expect(decodeBase45(text)).toEqual(new Uint8Array(Buffer.from(bytes)));
  });

  test('the highest groups are taken', () => {
    expect(decodeBase45('FGWU5')).toEqual(Uint8Array.of(0xff, 0xff, 0xff));
  });

  test.each([
    ['a triple one above 65,535', 'GGW'],
    ['the highest triple', ':::'],
    ['a pair one above 255', 'V5'],
    ['a pair one above 255 behind a triple', 'FGWV5'],
    ['one character', '0'],
    ['one character behind a triple', 'FGW0'],
    ['lower case', 'bb8'],
    ['a line feed', 'BB\n'],
    ['a tab', '\tBB'],
    ['NUL', 'B\u0000B'],
    ['a letter outside ASCII in a triple', 'BÉ8'],
    ['a letter outside ASCII in a pair', 'BB8É0'],
    ['a character of two units', '😀8'],
    ['a full-width digit', '０00'],
    ['a comma', 'BB,'],
    ['a comma in a pair', '0,'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase45(text)).toBeUndefined();
  });

  test('reads every spelling of bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase45(base45(bytes))).toEqual(bytes);
      }),
    );
  });

  test('takes no text but the one spelling of what it reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 8 }), (text) => {
        const bytes = decodeBase45(text);
        expect(bytes === undefined || base45(bytes) === text).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
