// What people may see of a number.

import { expect, test } from 'vitest';
import { maskNumber } from '../../src/admission/mask.ts';

test.each([
  ['001099000001', 6, '******000001'],
  ['012345678', 3, '******678'],
  ['000001', 6, '******'],
  ['1', 6, '******'],
  ['', 6, '******'],
])('maskNumber of %s with %i visible is %s', (number, visible, masked) => {
  expect(maskNumber(number, visible)).toBe(masked);
});
