// HID POS reports: every layout, described or guessed, whole codes out of many reports, and nothing out of what is no code.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReportDescriptor } from '../../src/scanners/hid-descriptor.ts';
import { describedLayout, LAYOUT_A, LAYOUT_B, LAYOUT_C, layoutOf } from '../../src/scanners/hid-pos-layout.ts';
import { PosReader } from '../../src/scanners/hid-pos-reports.ts';
import { KEYBOARD_BOOT, POS_A, POS_B, POS_C } from '../fakes/hid-descriptors.ts';
import { CARD_REPORTS, CARD_TEXT, posReports } from '../fakes/hid-reports.ts';

const NONE = new Uint8Array();

function attached(descriptor: Uint8Array = NONE): PosReader {
  const reader = new PosReader();
  reader.attach(descriptor);
  return reader;
}

function codes(reader: PosReader, reports: readonly Uint8Array[]): { text: string; symbology?: string; fault?: string }[] {
  return reports.flatMap((report) =>
    reader.push(report).map(({ bytes, ...rest }) => ({ text: Buffer.from(bytes).toString(), ...rest })),
  );
}

const described = (bytes: Uint8Array) => {
  const descriptor = parseReportDescriptor(bytes);
  return descriptor && describedLayout(descriptor);
};

describe('describedLayout', () => {
  test.each([
    ['A', POS_A, LAYOUT_A],
    ['B', POS_B, LAYOUT_B],
    ['C', POS_C, LAYOUT_C],
  ])('finds layout %s in its descriptor', (_name, descriptor, layout) => {
    expect(described(descriptor)).toEqual(layout);
  });

  test('finds none in a keyboard, in a cut descriptor and in none at all', () => {
    expect([KEYBOARD_BOOT, POS_A.subarray(0, -1), NONE].map(described)).toEqual([undefined, undefined, undefined]);
  });

  test('finds a layout of no known maker where the descriptor has one', () => {
    // Report 7, 32 bytes of data before a length byte, the continuation in bit 1 after it.
    const odd = Buffer.from(
      '058c0902a10185071500750826ff00952009fe820201050195 01093b8102058c750195010903810209ff81027506810 3c0'.replaceAll(' ', ''),
      'hex',
    );
    const layout = { reportId: 7, reportBytes: 35, lengthAt: 33, dataAt: 1, dataBytes: 32, moreAt: 34, moreMask: 2 };
    expect(described(odd)).toEqual(layout);
    const reader = attached(odd);
    expect(codes(reader, posReports('a'.repeat(70), layout))).toEqual([{ text: 'a'.repeat(70) }]);
  });
});

describe('PosReader', () => {
  test.each([
    ['without a descriptor', NONE],
    ['described as A', POS_A],
  ])('puts a letter together that was split between reports, %s', (_name, descriptor) => {
    expect(codes(attached(descriptor), CARD_REPORTS)).toEqual([{ text: CARD_TEXT, symbology: 'Q1' }]);
  });

  test.each([
    ['A', LAYOUT_A, POS_A],
    ['B', LAYOUT_B, POS_B],
    ['C', LAYOUT_C, POS_C],
  ])('reads layout %s with its descriptor and without', (_name, layout, descriptor) => {
    const reports = posReports(CARD_TEXT, layout);
    const symbology = layout.aimAt === undefined ? {} : { symbology: 'Q1' };
    for (const device of [descriptor, NONE])
      expect(codes(attached(device), reports)).toEqual([{ text: CARD_TEXT, ...symbology }]);
  });

  test('believes the reports where the descriptor lies', () => {
    expect(codes(attached(POS_C), CARD_REPORTS)).toEqual([{ text: CARD_TEXT, symbology: 'Q1' }]);
    expect(codes(attached(POS_A), posReports(CARD_TEXT, LAYOUT_B))).toEqual([{ text: CARD_TEXT }]);
    expect(codes(attached(KEYBOARD_BOOT), CARD_REPORTS)).toEqual([{ text: CARD_TEXT, symbology: 'Q1' }]);
  });

  test('reads a device that puts one byte before the AIM identifier', () => {
    const shifted = CARD_REPORTS.map((report) =>
      Buffer.concat([report.subarray(0, 2), Buffer.of(0x1d), report.subarray(2, 61), report.subarray(62)]),
    );
    for (const device of [POS_A, NONE]) expect(codes(attached(device), shifted)).toEqual([{ text: CARD_TEXT, symbology: 'Q1' }]);
  });

  test('undoes the ECI protocol of ]Q2, and takes an identifier out of the data of layout B', () => {
    expect(codes(attached(), posReports('\\000026a\\\\b', LAYOUT_A, ']Q2'))).toEqual([{ text: 'a\\b', symbology: 'Q2' }]);
    expect(codes(attached(POS_B), posReports(']Q1abc', LAYOUT_B))).toEqual([{ text: 'abc', symbology: 'Q1' }]);
  });

  test('leaves the text of a code alone, but for one line end', () => {
    for (const end of ['', '\r', '\n', '\r\n']) {
      const text = '  ]Q1 a\rb\n ';
      expect(codes(attached(), posReports(`${text}${end}`))).toEqual([
        { text: end === '' ? '  ]Q1 a\rb\n ' : text, symbology: 'Q1' },
      ]);
    }
  });

  test('ignores answers to commands, status reports and empty codes, also in the middle of a code', () => {
    const reader = attached(POS_A);
    const [first, second] = CARD_REPORTS;
    const replies = [...posReports('\u0016M\rOK', LAYOUT_A, ']Z6'), ...posReports('1', LAYOUT_A, ']X0'), ...posReports('')];
    expect(codes(reader, replies)).toEqual([]);
    expect(
      codes(
        reader,
        [first, ...replies.slice(0, -1), second].filter((each) => each !== undefined),
      ),
    ).toHaveLength(1);
    expect(reader.discarded).toEqual({ overlong: 0, silence: 0, unplugged: 0, malformed: 0 });
  });

  test('drops and counts a code that stopped, and one whose device went away', () => {
    const reader = attached(POS_A);
    for (const drop of [() => reader.silence(), () => reader.lost()]) {
      codes(reader, CARD_REPORTS.slice(0, 1));
      expect(reader.pending).toBe(true);
      drop();
      expect(reader.pending).toBe(false);
    }
    expect(codes(reader, CARD_REPORTS)).toEqual([{ text: CARD_TEXT, symbology: 'Q1' }]);
    expect(reader.discarded).toEqual({ overlong: 0, silence: 56, unplugged: 56, malformed: 0 });
  });

  test('says once that a code is overlong, holds none of it, and reads the next', () => {
    const reader = attached(POS_A);
    expect(codes(reader, posReports('a'.repeat(4_096)))).toEqual([{ text: 'a'.repeat(4_096), symbology: 'Q1' }]);
    expect(codes(reader, posReports('a'.repeat(4_097)))).toEqual([{ text: '', fault: 'overlong' }]);
    expect(codes(reader, posReports('a'.repeat(100_000)))).toEqual([{ text: '', fault: 'overlong' }]);
    expect(codes(reader, CARD_REPORTS)).toHaveLength(1);
    expect(reader.discarded.overlong).toBe(104_097);
  });

  test('counts reports of a wrong length, id or byte count, and drops the code they came into', () => {
    const reader = attached(POS_A);
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = CARD_REPORTS;
    const lying = Buffer.from(first);
    lying[1] = 57;
    for (const bad of [first.subarray(0, 63), Buffer.concat([first, Buffer.alloc(1)]), Buffer.alloc(0), lying]) {
      expect(codes(reader, [first, bad])).toEqual([]);
      expect(reader.pending).toBe(false);
    }
    expect(reader.discarded.malformed).toBe(4 * 56 + 63 + 65 + 0 + 64);
    expect(reader.trouble).toBeUndefined();
    expect(codes(reader, [lying, lying, lying])).toEqual([]);
    expect(reader.trouble).toBe('senseless');
    expect(codes(reader, [first, second])).toHaveLength(1);
    expect(reader.trouble).toBeUndefined();
  });

  test('never throws and gives no more than came, whatever comes', () => {
    const report = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom(...CARD_REPORTS, ...posReports('x', LAYOUT_C), ...posReports('x'.repeat(90), LAYOUT_B)),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(POS_A, POS_B, POS_C, NONE),
        fc.array(report),
        (noise, good, reports) => {
          for (const descriptor of [noise, good, Buffer.concat([good, noise])]) {
            const reader = attached(descriptor);
            const given = reports.flatMap((each) => reader.push(each));
            const came = reports.reduce((sum, each) => sum + each.length, 0);
            expect(given.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(came);
          }
        },
      ),
    );
  });

  test('gives back any code cut into reports, in every layout', () => {
    const code = fc
      .uint8Array({ minLength: 1, maxLength: 400 })
      .filter((bytes) => ![10, 13].includes(bytes.at(-1) ?? 10) && bytes[0] !== 0x5d);
    fc.assert(
      fc.property(
        code,
        fc.constantFrom([LAYOUT_A, POS_A] as const, [LAYOUT_B, POS_B] as const, [LAYOUT_C, POS_C] as const),
        (bytes, [layout, descriptor]) => {
          const reader = attached(descriptor);
          const given = posReports(bytes, layout).flatMap((each) => reader.push(each));
          expect(given.map((each) => Buffer.from(each.bytes))).toEqual([Buffer.from(bytes)]);
        },
      ),
    );
  });
});

test('layoutOf falls back by length and by the place of the bracket', () => {
  const [first = Buffer.alloc(0)] = CARD_REPORTS;
  expect(layoutOf(first, undefined)).toBe(LAYOUT_A);
  expect(layoutOf(posReports('abc', LAYOUT_B)[0] ?? first, undefined)).toBe(LAYOUT_B);
  expect(layoutOf(first.subarray(0, 62), undefined)).toBe(LAYOUT_C);
  expect(layoutOf(first.subarray(0, 61), undefined)).toBeUndefined();
});

describe('parseReportDescriptor', () => {
  test.each([
    ['more collections closed than opened', 'c0'],
    ['a collection left open', 'a101'],
    ['a pop without a push', 'b4'],
    ['a report larger than any', '7508 97ffffffff 8102'],
    ['report id 0', '8500'],
    ['a usage range that runs backwards', '1905 2901'],
    ['a long item that is cut', 'fe 10 00'],
    ['nesting without end', 'a100'.repeat(40)],
  ])('refuses %s', (_name, hex) => {
    expect(parseReportDescriptor(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBeUndefined();
  });

  test('never throws and stays small, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000, size: 'max' }), (bytes) => {
        const parsed = parseReportDescriptor(bytes);
        for (const { usages } of parsed?.fields ?? []) expect(usages.length).toBeLessThanOrEqual(1_024);
      }),
    );
  });
});
