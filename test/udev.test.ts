// hardware/udev/60-gate-reader.rules is what the table of makers gives, and says of each maker what it must.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { udevRules } from '../scripts/udev-rules.ts';
import { SCANNER_MAKERS } from '../src/scanners/hid-makers.ts';

const lines = udevRules().split('\n');

test('hardware/udev/60-gate-reader.rules is what `npm run udev` writes', () => {
  expect(readFileSync(new URL('../hardware/udev/60-gate-reader.rules', import.meta.url), 'utf8')).toBe(udevRules());
});

test.each(SCANNER_MAKERS)('udevRules: $name', ({ vendorId, makes }) => {
  const id = vendorId.toString(16).padStart(4, '0');
  const own = lines.filter((line) => line.includes(`=="${id}"`) || line.includes(`"0003:${id.toUpperCase()}:*"`));
  expect(own.filter((line) => line.includes('ENV{ID_MM_DEVICE_IGNORE}="1"'))).toHaveLength(1);
  // Chips that sit in keyboards as well must never silence one.
  expect(own.filter((line) => line.includes('ATTR{inhibited}="1"'))).toHaveLength(makes === 'scanners' ? 1 : 0);
  expect(own.filter((line) => line.includes('GROUP="gate-reader"'))).toHaveLength(makes === 'scanners' ? 2 : 1);
});

test('SCANNER_MAKERS has each vendor once', () => {
  const ids = SCANNER_MAKERS.map(({ vendorId }) => vendorId);
  expect(new Set(ids).size).toBe(ids.length);
});
