// Every capture in test/captures/hid/ gives its expected codes. A capture is one report a line in hexadecimal; `silence` stands
// for a standstill, `unplugged` for the plug.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Discarded, Framed } from '../../src/scanners/framing.ts';
import { KEYBOARD_LAYOUTS, type KeyboardLayoutName } from '../../src/scanners/hid-keyboard-layouts.ts';
import { KeyboardReader } from '../../src/scanners/hid-keyboard-reports.ts';
import { PosReader } from '../../src/scanners/hid-pos-reports.ts';
import type { ReportReader } from '../../src/scanners/hid-reader.ts';

interface Expected {
  readonly about: string;
  readonly kind: 'hid-pos' | 'hid-keyboard';
  readonly layout?: KeyboardLayoutName;
  /** The report descriptor, hexadecimal. */
  readonly descriptor: string;
  readonly scans: readonly { readonly text: string; readonly symbology?: string; readonly lossy?: true }[];
  readonly discarded: Discarded;
}

const FOLDER = new URL('../captures/hid/', import.meta.url);
const files = readdirSync(FOLDER);
const names = files.flatMap((file) => (file.endsWith('.hex') ? [file.slice(0, -4)] : []));

function replay(reader: ReportReader, lines: readonly string[]): Framed[] {
  return lines.flatMap((line) => {
    if (line === 'silence') return reader.silence() ?? [];
    if (line !== 'unplugged') return reader.push(Buffer.from(line, 'hex'));
    reader.lost();
    return [];
  });
}

test.each(names)('capture hid/%s', (name) => {
  const expected = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Expected;
  const lines = readFileSync(new URL(`${name}.hex`, FOLDER), 'utf8')
    .trimEnd()
    .split('\n');
  const reader = expected.kind === 'hid-pos' ? new PosReader() : new KeyboardReader(KEYBOARD_LAYOUTS[expected.layout ?? 'us']);
  reader.attach(Buffer.from(expected.descriptor, 'hex'));
  const scans = replay(reader, lines).map(({ bytes, ...rest }) => ({ text: Buffer.from(bytes).toString(), ...rest }));
  expect(scans, expected.about).toEqual(expected.scans);
  expect(reader.discarded).toEqual(expected.discarded);
});

test('captures/hid: every .hex has its .json and there are some', () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(files.filter((file) => file.endsWith('.json')).length).toBe(names.length);
});
