// Faults as printed, and in which order.

import { expect, test } from 'vitest';
import { type ConfigurationFault, formatFault, inOrder } from '../../src/config/fault.ts';

function fault(file: string, line: number, column: number, key = 'site'): ConfigurationFault {
  return { file, line, column, key, code: 'config.fault.missing', message: 'is missing' };
}

test('formatFault prints as compilers do and escapes control characters of the name', () => {
  expect(formatFault(fault('a\u001b.yaml', 3, 7))).toBe('a\\u{1b}.yaml:3:7: site: is missing');
});

test('inOrder puts the file first by position, then variables by name, and drops doubles', () => {
  const faults = [
    fault('B', 1, 1),
    fault('z.yaml', 10, 1),
    fault('A', 1, 1),
    fault('z.yaml', 2, 9),
    fault('z.yaml', 2, 4),
    fault('z.yaml', 2, 9),
  ];
  expect(inOrder(faults, 'z.yaml').map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
    'z.yaml:2:4',
    'z.yaml:2:9',
    'z.yaml:10:1',
    'A:1:1',
    'B:1:1',
  ]);
});
