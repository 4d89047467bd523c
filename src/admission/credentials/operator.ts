// Operator's codes: recognised and refused. A code that anyone can print never commands a running gate.
//
//   GRO1: + anything

import type { CodeText, Presented } from './credential.ts';

const PREFIX = 'GRO1:';

/** Recognises by the prefix; nothing behind it is read. */
export function recogniseOperator({ text }: CodeText): Presented | undefined {
  return text.startsWith(PREFIX) ? { kind: 'operator', flaw: 'unrecognised' } : undefined;
}
