// What people may see of a number and of a name.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskName, maskNumber } from '../../src/admission/mask.ts';

test.each([
  ['001099000001', 6, '******000001'],
  ['012345678', 3, '******678'],
  ['000001', 6, '******'],
  ['1', 6, '******'],
  ['', 6, '******'],
])('maskNumber of %s with %i visible is %s', (number, visible, masked) => {
  expect(maskNumber(number, visible)).toBe(masked);
});

test.each([
  ['Nguyễn Thị Ánh', 'N**n T** Á**'],
  ['Nguyễn Thị Ánh'.normalize('NFD'), 'N**n T** Á**'],
  ['An', 'A**'],
  ['Lan Linh', 'L** L**h'],
  [' a\tb\u00a0c\u2028d ', 'a** b** c** d**'],
  ['😀😁😂🤣', '😀**🤣'],
  ['', '**'],
  [' ', '**'],
])('maskName of %j is %s', (name, masked) => {
  expect(maskName(name)).toBe(masked);
});

test('maskName never shows more than two letters of a word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
      for (const word of maskName(name).split(' ')) expect(Array.from(word).length).toBeLessThanOrEqual(4);
    }),
  );
});
