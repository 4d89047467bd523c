// Bytes to text: what a scanner garbled is repaired once, what cannot be is marked, and nothing throws.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCode } from '../../../src/admission/credentials/text.ts';

const PLAIN = '001099000001||Nguyễn Thị Đào|01011999|Nữ|Bồ Đề, Hà Nội|01012022';

/** What a program shows that takes UTF-8 for single bytes, sent on as UTF-8; `missing` stands for bytes without a character. */
function asWindows1252(text: string, missing: string | undefined): Buffer {
  const table = Array.from(new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, index) => index)));
  const gaps = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
  const shown = Array.from(Buffer.from(text), (byte) => (missing !== undefined && gaps.has(byte) ? missing : table[byte])).join(
    '',
  );
  return Buffer.from(shown);
}

describe('decodeCode', () => {
  test('UTF-8 is taken as it is, blanks included', () => {
    expect(decodeCode(Buffer.from(` ${PLAIN} `))).toEqual({ text: ` ${PLAIN} `, lossy: false });
  });

  test('a decomposed text is left to its format', () => {
    expect(decodeCode(Buffer.from(PLAIN.normalize('NFD'))).text).toBe(PLAIN.normalize('NFD'));
  });

  test('UTF-8 that was read as Latin-1 is undone', () => {
    const garbled = Buffer.from(Buffer.from(PLAIN).toString('latin1'));
    expect(decodeCode(garbled)).toEqual({ text: PLAIN, lossy: false });
  });

  test('UTF-8 that was read as Windows-1252 is undone', () => {
    expect(decodeCode(asWindows1252(PLAIN, undefined))).toEqual({ text: PLAIN, lossy: false });
  });

  test('it is undone once: a text that looks garbled twice stays garbled once', () => {
    const once = Buffer.from(PLAIN).toString('latin1');
    const twice = Buffer.from(Buffer.from(once).toString('latin1'));
    expect(decodeCode(twice).text).toBe(once);
  });

  test.each([
    ['question marks', '?'],
    ['nothing', ''],
    ['replacement characters', '\ufffd'],
  ])('where Windows-1252 lost bytes to %s the text is lossy and its digits stand', (_, missing) => {
    const { text, lossy } = decodeCode(asWindows1252(PLAIN, missing));
    expect(lossy).toBe(true);
    expect(text.startsWith('001099000001||Nguy')).toBe(true);
    expect(text.endsWith('|01012022')).toBe(true);
  });

  test('letters of Latin-1 alone are a text of their own, not a garbled one', () => {
    const text = '001099000001||LÊ BÌNH HÃY|01011999|Nam|Thanh Hóa, Ô Lý|01012022';
    expect(decodeCode(Buffer.from(text))).toEqual({ text, lossy: false });
  });

  test('half a UTF-8 sequence is lossy', () => {
    expect(decodeCode(Buffer.from([0x41, 0xe1, 0xbb]))).toEqual({ text: 'A\ufffd', lossy: true });
  });

  test('a replacement character that somebody sent is lossy as well, garbled or not', () => {
    expect(decodeCode(Buffer.from('Nguy\ufffdn')).lossy).toBe(true);
    expect(decodeCode(Buffer.from(Buffer.from('Nguy\ufffdn').toString('latin1'))).lossy).toBe(true);
  });

  test('a byte order mark stays: it is no part of any code', () => {
    expect(decodeCode(Buffer.from('\ufeff0')).text).toBe('\ufeff0');
  });

  test('never throws, and keeps every ASCII byte in its order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { text } = decodeCode(bytes);
        const ascii = Array.from(text).filter((character) => character < '\u0080');
        expect(ascii.join('')).toBe(String.fromCharCode(...bytes.filter((byte) => byte < 0x80)));
      }),
      { numRuns: 2000 },
    );
  });
});
