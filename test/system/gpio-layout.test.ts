// The structures of the GPIO interface against bytes, sizes and numbers that a C compiler printed from <linux/gpio.h> on x86-64
// (`offsetof`, `sizeof`, and the request below filled in by a C program).

import { expect, test } from 'vitest';
import { libc } from '../../src/system/libc.ts';
import {
  chipInfoBytes,
  inputRequestBytes,
  IOCTL,
  lineInfoBytes,
  readChipInfo,
  readEdges,
  readLineInfo,
  requestBytes,
  requestedFd,
  valuesBytes,
} from '../../src/system/gpio-layout.ts';
import { holdLines, LINUX_GPIO } from '../../src/system/gpio.ts';

/** `offset:byte` of every byte that is not zero. */
const filled = (bytes: Uint8Array) =>
  Array.from(bytes.entries())
    .filter(([, byte]) => byte !== 0)
    .map(([at, byte]) => `${at}:${byte.toString(16).padStart(2, '0')}`)
    .join(' ');

test('requestBytes is what a C program makes of offsets 17, 27 and 23 with the last one active low', () => {
  const lines = [17, 27, 23].map((offset) => ({ offset, activeLow: offset === 23 }));
  const bytes = requestBytes(lines, 'gate-reader');
  expect(bytes).toHaveLength(0x250);
  expect(filled(bytes)).toBe(
    '0:11 4:1b 8:17 256:67 257:61 258:74 259:65 260:2d 261:72 262:65 263:61 264:64 265:65 266:72 ' +
      '288:08 296:02 320:02 336:07 344:01 352:0a 360:04 560:03',
  );
  new DataView(bytes.buffer).setInt32(0x24c, 23, true);
  expect(requestedFd(bytes)).toBe(23);
});

test('requestBytes without an inverted line has one attribute, and a name of 31 bytes at most', () => {
  const bytes = requestBytes([{ offset: 0, activeLow: false }], 'x'.repeat(40));
  expect(filled(bytes.subarray(288))).toBe('0:08 8:01 32:02 48:01 272:01');
  expect(bytes.subarray(256, 288).indexOf(0)).toBe(31);
  expect(() => requestBytes([], 'x')).toThrow(RangeError);
  expect(() =>
    requestBytes(
      Array.from({ length: 65 }, (_, offset) => ({ offset, activeLow: false })),
      'x',
    ),
  ).toThrow(RangeError);
});

test('valuesBytes is what a C program makes of {5, 7}', () => {
  expect(Buffer.from(valuesBytes([true, false, true])).toString('hex')).toBe('05000000000000000700000000000000');
});

test('inputRequestBytes is what a C program makes of line 5, active low, pulled up, both edges, debounced for 30 ms', () => {
  const line = { offset: 5, activeLow: true, pull: 'up', debounceMs: 30 } as const;
  expect(filled(inputRequestBytes(line, 'gate-reader exit', 64))).toBe(
    '0:05 256:67 257:61 258:74 259:65 260:2d 261:72 262:65 263:61 264:64 265:65 266:72 267:20 268:65 269:78 270:69 271:74 ' +
      '288:36 289:01 296:01 320:03 328:30 329:75 336:01 560:01 564:40',
  );
  const bare = inputRequestBytes({ offset: 0, activeLow: false, debounceMs: 0 }, 'x', 1);
  expect(filled(bare.subarray(288))).toBe('0:34 272:01 276:01');
});

test('readEdges reads what a C program makes of a falling edge, line sequence 7, and no half record', () => {
  const edge = '4e4bd888e1490000020000000500000008000000070000000000000000000000000000000000000000000000000000000000';
  expect(readEdges(Buffer.from(edge.slice(0, 96) + edge.slice(0, 94), 'hex'))).toEqual([
    { monotonicMs: 81_233_012.345_678, active: false, sequence: 7 },
  ]);
});

test('sizes in the request numbers are those of the structures', () => {
  const size = (request: number) => (request >>> 16) & 0x3fff;
  expect([IOCTL.chipInfo, IOCTL.lineInfo, IOCTL.requestLines, IOCTL.setValues].map(size)).toEqual([
    chipInfoBytes().length,
    lineInfoBytes(0).length,
    0x250,
    valuesBytes([true]).length,
  ]);
});

test('names are read to their zero, or whole where there is none', () => {
  const chip = chipInfoBytes();
  chip.set(Buffer.from('gpiochip4'), 0);
  chip.set(Buffer.from('x'.repeat(32)), 32);
  chip[64] = 54;
  expect(readChipInfo(chip)).toEqual({ name: 'gpiochip4', label: 'x'.repeat(32), lines: 54 });
  const line = lineInfoBytes(17);
  line.set(Buffer.from('GPIO17'), 0);
  expect(readLineInfo(line)).toEqual({ offset: 17, name: 'GPIO17', consumer: undefined });
  line[72] = 9;
  expect(readLineInfo(line).consumer).toBe('');
});

test('the C library is really asked: /dev/null is no GPIO chip, and says so by ENOTTY', () => {
  expect(libc()?.ioctl(LINUX_GPIO.open('/dev/null'), IOCTL.chipInfo, chipInfoBytes())).toBe(-25);
  const held = holdLines({ chip: '/dev/null', lines: [{ line: 0, activeLow: false }], consumer: 'x' });
  expect(held).toMatchObject({ ok: false, message: '/dev/null is no GPIO chip; correct chip in the configuration' });
});
