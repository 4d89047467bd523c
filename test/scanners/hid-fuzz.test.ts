// Descriptors made of real items in any order, and reports that may or may not fit them: nothing throws, nothing outgrows its
// bounds, everything ends.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Framer, LINE_BYTES_MAX } from '../../src/scanners/framing.ts';
import { parseReportDescriptor, type ReportDescriptor } from '../../src/scanners/hid-descriptor.ts';
import { KEYBOARD_LAYOUTS } from '../../src/scanners/hid-keyboard-layouts.ts';
import { KeyboardReader } from '../../src/scanners/hid-keyboard-reports.ts';
import { keyLayout, keysDown } from '../../src/scanners/hid-keys.ts';
import { describedLayout } from '../../src/scanners/hid-pos-layout.ts';
import { PosReader } from '../../src/scanners/hid-pos-reports.ts';
import type { ReportReader } from '../../src/scanners/hid-reader.ts';
import { CARD_REPORTS } from '../fakes/hid-reports.ts';

/** HID_MAX_DESCRIPTOR_SIZE of Linux. */
const DESCRIPTOR_BYTES_MAX = 4_096;
/** What the parser grants one report. */
const REPORT_BYTES_MAX = 8_192;

/** An item: prefix and little-endian data of 0, 1, 2 or 4 bytes. */
function item(tag: number, value: number, size: 0 | 1 | 2 | 4): number[] {
  const data = Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) & 0xff);
  return [tag | [0, 1, 2, 4].indexOf(size), ...data];
}

const anyItem = fc
  .tuple(
    fc.constantFrom(0x04, 0x08, 0x14, 0x18, 0x24, 0x28, 0x74, 0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4, 0xb0, 0xb4, 0xc0, 0xf0),
    fc.oneof(
      fc.nat(16),
      fc.constantFrom(0x07, 0x3b, 0x8c, 0xe0, 0xfb, 0xfe, 0xff),
      fc.nat(0xffff),
      fc.constantFrom(0x7fff_ffff, 0xffff_ffff),
    ),
    fc.constantFrom(0, 1, 2, 4),
  )
  .map(([tag, value, size]) => item(tag, value, size));
/** What scanners have: so that whole descriptors, and nearly whole ones, come up. */
const BAR_CODE_PARTS = [
  '058c0902a101',
  '8502 1500 26ff00 7508',
  '9501 0501 093b 8102',
  '058c 9503 09fb 09fc 09fd 8102',
  '058c 9538 09fe 820201',
  '058c 09ff 7501 9501 8102 7507 8103 7508',
  '9503 8103',
];
const goodPart = fc
  .constantFrom(
    ...BAR_CODE_PARTS,
    '05010906a101',
    '0507 19e0 29e7 1500 2501 7501 9508 8102',
    '9506 7508 2565 0507 1900 2965 8100',
    '7508 96ff1f 09fe 8102',
    '0507 1900 2affff 7508 9501 8100',
    '7503 9501 8102',
    '7720000000 97ffffff7f 09fe 8102',
    'c0',
    'fe 02 10 0000',
  )
  .map((hex) => Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')));
/** A bar code scanner whose parts come in any order, some of them twice or not at all. */
const scannerParts = fc
  .array(fc.constantFrom(2, 3, 4, 5, 6), { minLength: 3, maxLength: 7 })
  .map((order) => order.map((index) => BAR_CODE_PARTS[index] ?? ''))
  .map((parts) =>
    Array.from(Buffer.from(['058c0902a101', '8502 1500 26ff00 7508', ...parts].join('').replaceAll(' ', ''), 'hex')),
  );
const hugePart = fc.constant(Array.from(Buffer.from('752097ffffff7f09fe8102', 'hex')));
const descriptors = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 20, arbitrary: goodPart },
        { weight: 8, arbitrary: scannerParts },
        { weight: 1, arbitrary: anyItem },
        { weight: 1, arbitrary: hugePart },
      ),
      { maxLength: 30 },
    ),
    fc.nat(60),
  )
  .map(([items, cut]) => {
    const bytes = Uint8Array.from(items.flat());
    if (cut < 10) return bytes.subarray(0, -cut);
    // What is left open is closed, or nothing would ever be whole.
    const closed = [0, 1, 2, 3, 4, 5].map((count) => Buffer.concat([bytes, Buffer.alloc(count, 0xc0)]));
    return closed.find((each) => parseReportDescriptor(each) !== undefined) ?? bytes;
  });

/** Reports that have a described length and id, ones that say that more follows, and others; each up to a hundred times. */
function reportsFor(descriptor: ReportDescriptor | undefined): fc.Arbitrary<Uint8Array[]> {
  const described = Array.from(descriptor?.reportBytes ?? [], ([id, bytes]) =>
    fc
      .uint8Array({ minLength: bytes, maxLength: bytes })
      .map((report) => (id > 0 ? Uint8Array.from([id, ...report.subarray(1)]) : report)),
  );
  const report = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.constantFrom(...CARD_REPORTS), ...described);
  const times = fc.oneof(fc.constant(1), fc.nat(100));
  return fc
    .array(fc.tuple(report, times))
    .map((all) => all.flatMap(([each, count]) => Array.from({ length: count }, () => each)));
}

function within({ fields, reportBytes, applications }: ReportDescriptor): void {
  for (const bytes of reportBytes.values()) expect(bytes).toBeLessThanOrEqual(REPORT_BYTES_MAX);
  for (const { reportId, bitOffset, bits, count, usages } of fields) {
    expect(bitOffset + bits * count).toBeLessThanOrEqual((reportBytes.get(reportId) ?? 0) * 8);
    expect(usages.length).toBeLessThanOrEqual(1_024);
  }
  expect(fields.length + applications.length).toBeLessThanOrEqual(DESCRIPTOR_BYTES_MAX);
}

test('parseReportDescriptor stays within the report it describes, and describedLayout within the report it lays out', () => {
  let [whole, laidOut] = [0, 0];
  fc.assert(
    fc.property(descriptors, (bytes) => {
      const descriptor = parseReportDescriptor(bytes);
      if (!descriptor) return;
      whole += 1;
      within(descriptor);
      const layout = describedLayout(descriptor);
      if (!layout) return;
      laidOut += 1;
      const { lengthAt, aimAt = 0, dataAt, dataBytes, moreAt, moreMask, reportBytes } = layout;
      for (const at of [lengthAt, aimAt, moreAt]) expect(at).toBeLessThan(reportBytes);
      expect(dataAt + dataBytes).toBeLessThanOrEqual(reportBytes);
      expect(moreMask).toBeLessThan(256);
    }),
    { numRuns: 1_000 },
  );
  // Or the above has looked at nothing.
  expect(whole).toBeGreaterThan(200);
  expect(laidOut).toBeGreaterThan(20);
});

describe.each([
  ['PosReader', () => new PosReader()],
  ['KeyboardReader', () => new KeyboardReader(KEYBOARD_LAYOUTS.de)],
] as const)('%s', (_name, make: () => ReportReader) => {
  test('never throws, gives no code over the limit, and is done after a silence, whatever was described and came', () => {
    const device = descriptors.chain((bytes) => fc.tuple(fc.constant(bytes), reportsFor(parseReportDescriptor(bytes))));
    fc.assert(
      fc.property(device, fc.nat(4), ([bytes, reports], each) => {
        const reader = make();
        reader.attach(bytes);
        for (const [index, report] of reports.entries()) {
          for (const { bytes: code } of reader.push(report)) expect(code.length).toBeLessThanOrEqual(LINE_BYTES_MAX);
          if (index % 211 === each) reader.silence();
          if (index % 307 === each) reader.lost();
        }
        reader.silence();
        expect(reader.pending).toBe(false);
        for (const count of Object.values(reader.discarded)) expect(count).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
  });
});

test('keysDown stays quick for the widest report and for the most fields that a descriptor can describe', () => {
  // 65,536 one-bit keys in one report; then as many fields as a descriptor has room for.
  const bits = Buffer.from('05010906a1010507190029ff7501150025019600028102' + '9600028102'.repeat(127) + 'c0', 'hex');
  const fields = Buffer.from(`05010906a1010507750895011900296581 00${'1900296581 00'.repeat(500)}c0`.replaceAll(' ', ''), 'hex');
  for (const descriptor of [bits, fields]) {
    const layout = keyLayout(parseReportDescriptor(descriptor));
    const [length = 0] = layout.reportBytes.values();
    expect(length).toBeGreaterThan(8);
    const startedMs = performance.now();
    for (let time = 0; time < 10; time += 1) expect(keysDown(Buffer.alloc(length, 0xff), layout)).not.toBe('malformed');
    expect((performance.now() - startedMs) / 10).toBeLessThan(1_000);
  }
});

test('Framer never throws and holds no more than a line and a suffix, whatever the bytes, the suffix and the prefix are', () => {
  const affix = fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(6_000).map((length) => Buffer.alloc(length, length)),
  );
  fc.assert(
    fc.property(affix, affix, fc.array(chunk), fc.nat(5), (suffix, prefix, chunks, each) => {
      const framer = new Framer({ suffix, prefix });
      for (const [index, bytes] of chunks.entries()) {
        for (const { bytes: code } of framer.push(bytes)) expect(code.length).toBeLessThanOrEqual(LINE_BYTES_MAX);
        expect(framer.heldBytes).toBeLessThanOrEqual(LINE_BYTES_MAX + Math.max(0, suffix.length - 1));
        if (index % 6 === each) framer.drop('silence');
      }
      framer.drop('unplugged');
      expect([framer.pending, framer.heldBytes]).toEqual([false, 0]);
    }),
    { numRuns: 200 },
  );
});
