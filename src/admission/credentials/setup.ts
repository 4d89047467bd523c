// Set-up codes: recognised and refused. A code that anyone can print never configures a running gate.
//
//   GRS1: + anything

import type { CodeText, Presented } from './credential.ts';

const PREFIX = 'GRS1:';

/** Recognises by the prefix; nothing behind it is read. */
export function recogniseSetup({ text }: CodeText): Presented | undefined {
  return text.startsWith(PREFIX) ? { kind: 'setup', flaw: 'unrecognised' } : undefined;
}
