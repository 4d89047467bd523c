// The citizen card: what is one, what is a cut one, what is a wrong one - and that nothing else ever passes for one.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recogniseCccd } from '../../../src/admission/credentials/cccd.ts';
import type { Presented } from '../../../src/admission/credentials/credential.ts';
import { cardOf } from '../../fakes/people.ts';

const read = (text: string, lossy = false): Presented | undefined => recogniseCccd({ text, lossy });
const FIELDS = ['001099000001', '', 'Nguyễn Thị Mẫu', '01011999', 'Nữ', 'Số 1, Phố Giả Định, Hà Nội', '01012022'];
/** The sound card with some of its fields replaced. */
const card = (changes: Readonly<Record<number, string>> = {}, more: readonly string[] = []): string =>
  [...FIELDS.map((field, index) => changes[index] ?? field), ...more].join('|');

const SOUND = {
  kind: 'cccd',
  identifier: '001099000001',
  holder: 'unlisted',
  label: '******000001',
  warnings: [],
  details: expect.objectContaining({ number: '001099000001', born: expect.stringMatching(/^[0-9]{8}$/) }),
};
const TRUNCATED = { kind: 'cccd', flaw: 'truncated' };
const MALFORMED = { kind: 'cccd', flaw: 'malformed' };

describe('recogniseCccd', () => {
  test.each([
    ['the card of 2021', card()],
    ['an old number of nine digits', card({ 1: '012345678' })],
    ['a man', card({ 4: 'Nam' })],
    ['further fields of the 2024 card', card({}, ['Hà Nội', '', 'NGUYEN VAN A', 'TRAN THI B'])],
    ['a further field that is cut', card({}, ['Hà N'])],
    ['a further field with a control character, which is never interpreted', card({}, ['a\u001b[2J'])],
    ['letters in decomposed form', card({ 4: 'Nữ'.normalize('NFD') })],
    ['29 February of a leap year', card({ 3: '29022000' })],
    ['an empty address', card({ 5: '' })],
  ])('takes %s', (_, text) => {
    expect(read(text)).toEqual(SOUND);
  });

  test.each([
    ['twelve digits alone', '001099000001'],
    ['twelve digits and a bar', '001099000001|'],
    ['a cut after the sex, as scanners do', '001099000001||Nguyễn Thị Mẫu|01011999|Nữ|'],
    ['a cut inside the last date', card({ 6: '0101202' })],
    ['an empty last date', card({ 6: '' })],
    ['six fields that are no national QR', '001099000001||Nguyễn Thị Mẫu|01011999|Nữ|Hà Nội'],
  ])('calls truncated: %s', (_, text) => {
    expect(read(text)).toEqual(TRUNCATED);
  });

  test.each([
    ['a day that does not exist', card({ 3: '31041999' })],
    ['29 February of no leap year', card({ 3: '29021900' })],
    ['month 13', card({ 3: '01131999' })],
    ['year 0', card({ 3: '01010000' })],
    ['letters in a date', card({ 3: '0101199x' })],
    ['digits of another script in a date', card({ 3: '٠١٠١١٩٩٩' })],
    ['an issue date that does not exist', card({ 6: '30022022' })],
    ['an issue date too long', card({ 6: '010120222' })],
    ['a carriage return left at the end', `${card()}\r`],
    ['a short issue date before further fields', card({ 6: '0101' }, ['x'])],
    ['a sex that is neither', card({ 4: 'N' })],
    ['a sex in lower case', card({ 4: 'nam' })],
    ['no name', card({ 2: '' })],
    ['an old number of eight digits', card({ 1: '01234567' })],
    ['an escape sequence in the name', card({ 2: '\u001b]0;x\u0007' })],
    ['NUL in the address', card({ 5: 'Hà\u0000Nội' })],
  ])('calls malformed: %s', (_, text) => {
    expect(read(text)).toEqual(MALFORMED);
  });

  test.each([
    ['an empty text', ''],
    ['eleven digits', card({ 0: '00109900000' })],
    ['thirteen digits', card({ 0: '0010990000011' })],
    ['a blank before the digits', ` ${card()}`],
    ['full-width digits', card({ 0: '００１０９９０００００１' })],
    ['Arabic digits', card({ 0: '٠٠١٠٩٩٠٠٠٠٠١' })],
    ['another separator', card().replaceAll('|', ';')],
    ['__proto__', '__proto__|__proto__'],
    ['a national QR with twelve digits', '001099000001|NGUYEN THI MAU|1999-01-01|0|123|<'],
    ['an insurance card with twelve digits', '001099000001|4e677579e1bb856e|01/01/1999|2|48|-|01/01/2026|$'],
    ['a masked national QR', '001099000001|NGUYEN THI MAU|1999-**-**|0|123|'],
  ])('leaves to others: %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  test('a lossy text is judged on its digits, with a warning', () => {
    expect(read(card({ 2: 'Nguy\ufffdn', 4: 'N\ufffd' }), true)).toEqual({ ...SOUND, warnings: ['lossy-text'] });
  });

  test('the details are the fields in full, in NFC, without the further ones', () => {
    expect(read(card({}, ['x']).normalize('NFD'))).toMatchObject({
      details: {
        name: 'Nguyễn Thị Mẫu',
        number: '001099000001',
        born: '01011999',
        sex: 'Nữ',
        address: 'Số 1, Phố Giả Định, Hà Nội',
        issued: '01012022',
      },
    });
  });

  test.each([['N'], ['N?'], ['N\ufffd\ufffd'], ['Ná»¯']])('a lossy text may have lost the vowel of Nữ: %s', (sex) => {
    expect(read(card({ 4: sex }), true)).toMatchObject({ identifier: '001099000001', warnings: ['lossy-text'] });
    expect(read(card({ 4: sex }))).toEqual(MALFORMED);
  });

  test.each([['Nu'], ['X'], [''], ['N0123456789']])('a lossy text still needs a sex: %s', (sex) => {
    expect(read(card({ 4: sex }), true)).toEqual(MALFORMED);
  });

  test('a lossy text still needs dates that exist', () => {
    expect(read(card({ 3: '31041999' }), true)).toEqual(MALFORMED);
  });

  test('never throws, and what it takes begins with the twelve digits it gives', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.oneof(fc.constantFrom(...FIELDS), fc.string({ maxLength: 12 })), { maxLength: 10 })
        .map((fields) => fields.join('|')),
    );
    fc.assert(
      fc.property(texts, fc.boolean(), (text, lossy) => {
        const presented = read(text, lossy);
        if (!presented || 'flaw' in presented) return;
        expect(text.slice(0, 13)).toBe(`${String(presented.identifier)}|`);
        expect(presented.label).toBe(`******${String(presented.identifier).slice(6)}`);
      }),
      { numRuns: 2000 },
    );
  });

  test('a cut text is never valid, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (index, part) => {
        const text = cardOf(index);
        const presented = read(text.slice(0, Math.floor(text.length * part)));
        expect(presented === undefined || 'flaw' in presented).toBe(true);
      }),
    );
  });

  test('one changed character never gives the number of somebody else unless it is one of the number', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(200), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }), (index, at, put) => {
        const text = cardOf(index);
        const place = 12 + (at % (text.length - 12));
        const presented = read(text.slice(0, place) + put + text.slice(place + 1));
        const taken = presented === undefined || 'flaw' in presented ? text.slice(0, 12) : presented.identifier;
        expect(taken).toBe(text.slice(0, 12));
      }),
    );
  });
});
