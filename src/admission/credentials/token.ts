// The bare token of staff and pupils: a random number that only the roster knows.
//
//   GT1: + 26 characters of Crockford's base32, upper case, no I L O U: 128 bits in 130, so the first is 0-7

import { maskNumber } from '../mask.ts';
import type { CodeText, Presented } from './credential.ts';

const PREFIX = 'GT1:';
const NUMBER = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Recognises by the prefix. Nothing is substituted: a letter that stands for a digit elsewhere is a fault here. */
export function recogniseToken({ text }: CodeText): Presented | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const number = text.slice(PREFIX.length);
  if (!NUMBER.test(number)) return { kind: 'token', flaw: 'malformed' };
  return { kind: 'token', identifier: number, holder: 'unlisted', label: maskNumber(number, 3), warnings: [] };
}
