// CBOR in its two dialects: what each reads, what each refuses.

import { encode } from 'cbor2';
import { Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCbor, Real } from '../../../src/admission/credentials/cbor.ts';
import { fromHex } from '../../vectors/spelling.ts';

const strict = (hex: string): unknown => decodeCbor(fromHex(hex), 'strict');
const foreign = (hex: string): unknown => decodeCbor(fromHex(hex), 'foreign');

describe('decodeCbor', () => {
  // Values of RFC 8949, appendix A.
  test.each([
    ['00', 0],
    ['1818', 24],
    ['1903e8', 1000],
    ['1bffffffffffffffff', 18_446_744_073_709_551_615n],
    ['3903e7', -1000],
    ['f97bff', new Real(65_504)],
    ['fa47c35000', new Real(100_000)],
    ['fb3ff199999999999a', new Real(1.1)],
    ['f90001', new Real(5.960464477539063e-8)],
    ['f98000', new Real(-0)],
    ['f97e00', new Real(Number.NaN)],
    ['f97c00', new Real(Number.POSITIVE_INFINITY)],
    ['f5', true],
    ['f6', null],
    ['6161', 'a'],
    ['60', ''],
    ['64f0908591', '𐅑'],
    ['63efbbbf', '\ufeff'],
    ['43010203', Uint8Array.of(1, 2, 3)],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    [
      'a201020304',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['a0', new Map()],
    [`${'81'.repeat(3)}00`, [[[0]]]],
  ])('reads %s in both dialects', (hex, value) => {
    expect(strict(hex)).toEqual(value);
    expect(foreign(hex)).toEqual(value);
  });

  test.each([
    ['an integer in a longer form', '1800', 0],
    ['a negative integer in a longer form', '390000', -1],
    ['a text length in a longer form', '780161', 'a'],
    ['a float in a longer form', 'fa3fc00000', new Real(1.5)],
    ['a double in a longer form', 'fb3ff8000000000000', new Real(1.5)],
    ['zero in a longer form', 'fa00000000', new Real(0)],
    ['infinity in a longer form', 'fa7f800000', new Real(Number.POSITIVE_INFINITY)],
    ['a list of indefinite length', '9f0102ff', [1, 2]],
    ['a list of twenty of them', `9f${'9fff'.repeat(20)}ff`, Array.from({ length: 20 }, () => [])],
    ['a map of indefinite length', 'bf0102ff', new Map([[1, 2]])],
    ['lists of indefinite length in each other', '9f9fffff', [[]]],
    ['a tag within', '81c100', [[0]]],
  ])('strict refuses what foreign reads: %s', (_, hex, value) => {
    expect(strict(hex)).toBeUndefined();
    expect(foreign(hex)).toEqual(value);
  });

  test.each([
    ['nothing', ''],
    ['a value and a byte', '0000'],
    ['a cut integer', '19'],
    ['a cut text', '6261'],
    ['a cut list', '8201'],
    ['a cut map', 'a101'],
    ['a list of 2^64-1', '9bffffffffffffffff00'],
    ['a break alone', 'ff'],
    ['a break in a list of definite length', '8201ff'],
    ['a break for the value of a key', 'a101ff'],
    ['a break for the value of a key in a map of indefinite length', 'bf01ff'],
    ['a break for a value in a list of indefinite length', '9fa101ffff'],
    ['a break for what a tag is around', '81c1ff'],
    ['a list without its break', '9f01'],
    ['a text of indefinite length', '7f6161ff'],
    ['reserved additional information', '1c'],
    ['a simple value nobody knows', 'f820'],
    ['a tag around it', 'c100'],
    ['a key twice', 'a2010201 03'],
    ['a text key twice', 'a2616101616102'],
    ['a byte key twice', 'a2416101416102'],
    ['a float key twice', 'a2f93e0001f93e0002'],
    ['a byte key twice in a list', '81a2416101416102'],
    ['a byte key twice in a value', 'a101a2416101416102'],
    ['a list for a key', 'a18000'],
    ['text that is not UTF-8', '61ff'],
    ['long text that is not UTF-8', `7828${'61'.repeat(39)}ff`],
    ['a key that is not UTF-8', 'a161ff00'],
    ['lists 17 deep', `${'81'.repeat(17)}00`],
  ])('both dialects refuse %s', (_, hex) => {
    expect(strict(hex)).toBeUndefined();
    expect(foreign(hex)).toBeUndefined();
  });

  test('reads lists 16 deep', () => {
    expect(strict(`${'81'.repeat(16)}00`)).toHaveLength(1);
  });

  test('a tag that is asked for is read in front, and only there', () => {
    expect(decodeCbor(fromHex('d2 01'), 'strict', 18)).toEqual(new Tagged(18, 1));
    expect(decodeCbor(fromHex('d1 01'), 'strict', 18)).toBeUndefined();
    expect(decodeCbor(fromHex('a1 4101 a2 4101 01 4101 02'), 'strict', 18)).toBeUndefined();
    expect(decodeCbor(fromHex('d2 a2 4101 01 4101 02'), 'strict', 18)).toBeUndefined();
  });

  test('strict reads every float as another encoder shortens it, and no longer spelling', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double(), fc.float(), fc.constantFrom(2 ** -24, 2 ** -25, 65_504, 65_505, 2 ** -14, 2 ** -15)),
        (value) => {
          const shortest = encode([value], { avoidInts: true });
          const read = decodeCbor(shortest, 'strict');
          expect(read).toEqual([new Real(value)]);
          if (shortest.length === 10) return;
          const double = new Uint8Array(10);
          new DataView(double.buffer).setFloat64(2, value);
          double.set([0x81, 0xfb]);
          expect(decodeCbor(double, 'strict')).toBeUndefined();
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('strict reads no half in four bytes, whichever of the 65,536 it is', () => {
    const [half, single] = [Uint8Array.of(0xf9, 0, 0), Uint8Array.of(0xfa, 0, 0, 0, 0)];
    const taken: number[] = [];
    for (let bits = 0; bits < 65_536; bits++) {
      new DataView(half.buffer).setUint16(1, bits);
      const read = decodeCbor(half, 'strict');
      new DataView(single.buffer).setFloat32(1, read instanceof Real ? read.value : 1.1);
      if (!(read instanceof Real) || decodeCbor(single, 'strict') !== undefined) taken.push(bits);
    }
    expect(taken).toEqual([]);
  });

  test('never throws, whatever the bytes', () => {
    const items = fc.array(
      fc.constantFrom('81', '9f', 'bf', 'ff', 'a1', 'a2', 'd2', 'c0', '61ff', '6161', '00', 'fb', '5b', '9b'),
      { maxLength: 40 },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      items.map((parts) => fromHex(parts.join(''))),
    );
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom('strict' as const, 'foreign' as const),
        fc.constantFrom(undefined, 18),
        (given, dialect, tag) => {
          expect(() => decodeCbor(given, dialect, tag)).not.toThrow();
        },
      ),
      { numRuns: 3000 },
    );
  });
});
