// Targets: what scanners, buttons and the kernel send.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describedLayout } from '../../src/scanners/hid-pos-layout.ts';
import { readInputEvents } from '../../src/inputs/evdev-layout.ts';
import { type Framed, Framer, type FramingOptions, LINE_BYTES_MAX } from '../../src/scanners/framing.ts';
import { parseReportDescriptor } from '../../src/scanners/hid-descriptor.ts';
import { KEYBOARD_LAYOUTS } from '../../src/scanners/hid-keyboard-layouts.ts';
import { KeyboardReader } from '../../src/scanners/hid-keyboard-reports.ts';
import { PosReader } from '../../src/scanners/hid-pos-reports.ts';
import { readEdges } from '../../src/system/gpio-layout.ts';
import { KEYBOARD_BITS, KEYBOARD_BOOT, KEYBOARD_IDS, MOUSE, POS_A, POS_B, POS_C } from '../../test/fakes/hid-descriptors.ts';
import { CARD_REPORTS, ENTER, typed } from '../../test/fakes/hid-reports.ts';
import { CAPTURES, readCapture } from '../../test/scanners/capture-file.ts';
import { readIdentity } from '../../src/scanners/hid-devices.ts';
import { scratch } from './scratch.ts';
import { chunksOf, demand, type Target } from './target.ts';

/** What serial scanners sent, each capture's bytes in one; the first byte chooses a framing. */
const captures = readdirSync(CAPTURES)
  .filter((file) => file.startsWith('serial-') && file.endsWith('.capture'))
  .map((file) => readCapture(file.slice(0, -'.capture'.length)).steps)
  .map((steps) =>
    Buffer.concat([
      Buffer.of(7),
      ...steps.flatMap((step) => (step.what === 'bytes' ? Array.from({ length: step.times }, () => step.bytes) : [])),
    ]),
  );

const FRAMINGS: readonly FramingOptions[] = [
  {},
  { suffix: '\r' },
  { suffix: '\r\n', prefix: '~' },
  { suffix: 'aab', prefix: ']Q1' },
];

function framed(options: FramingOptions, chunks: Iterable<Uint8Array>): string[] {
  const framer = new Framer(options);
  const codes: Framed[] = [];
  for (const chunk of chunks) {
    codes.push(...framer.push(chunk));
    demand(framer.heldBytes <= LINE_BYTES_MAX + 4, `a framer holds ${framer.heldBytes} bytes`);
  }
  const last = framer.end();
  return [...codes, ...(last === undefined ? [] : [last])].map(
    ({ bytes, fault, symbology }) => `${fault ?? ''} ${symbology ?? ''} ${Buffer.from(bytes).toString('hex')}`,
  );
}

/** The codes of a device whose descriptor and reports come from outside: a byte of length, the descriptor, then reports. */
function codesFrom(reader: PosReader | KeyboardReader, input: Uint8Array, reportBytes: number): string {
  const end = 1 + (input[0] ?? 0);
  reader.attach(input.subarray(1, end));
  const codes: string[] = [];
  for (let at = end; at < input.length; at += reportBytes) {
    for (const { bytes } of reader.push(input.subarray(at, at + reportBytes))) {
      demand(bytes.length <= LINE_BYTES_MAX, `a code of ${bytes.length} bytes`);
      codes.push(Buffer.from(bytes).toString('hex'));
    }
  }
  demand(Object.values(reader.discarded).every(Number.isSafeInteger), 'bytes that nobody counted');
  return codes.join();
}

/** Nothing of a device may stay behind for the one that is plugged in after it. */
function fromDevice(make: () => PosReader | KeyboardReader, input: Uint8Array, reportBytes: number): string {
  const reader = make();
  const codes = codesFrom(reader, input, reportBytes);
  demand(codesFrom(reader, input, reportBytes) === codes, 'a reader that was plugged in again reads otherwise');
  const left = reader.silence();
  demand(!reader.pending && (left?.bytes.length ?? 0) <= LINE_BYTES_MAX, 'a code is under way after a silence');
  return codes;
}

const device = (descriptor: Uint8Array, reports: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(descriptor.length), descriptor, ...reports]);

const descriptors = [POS_A, POS_B, POS_C, KEYBOARD_BOOT, KEYBOARD_IDS, KEYBOARD_BITS, MOUSE];
const keys = [...typed('001099000001||Nguyen Thi Mau|01011999'), ...ENTER];

export const SCANNER_TARGETS: readonly Target[] = [
  {
    name: 'framing',
    covers: ['src/scanners/framing.ts'],
    feeds: { 'src/scanners/framing.ts': 'Framer' },
    seeds: captures,
    words: ['\r', '\n', '\r\n', ']Q1', ']Q2', '\\000026', '\\\\', '~', 'aab', 'x'.repeat(4090)],
    mostBytes: 12_000,
    run(input) {
      const options = FRAMINGS[(input[0] ?? 0) % FRAMINGS.length] ?? {};
      const whole = framed(options, [input.subarray(1)]);
      const parts = framed(options, chunksOf(input));
      demand(whole.join('\n') === parts.join('\n'), 'the codes depend on how the bytes were cut');
    },
  },
  {
    name: 'hid-descriptor',
    covers: ['src/scanners/hid-descriptor.ts', 'src/scanners/hid-pos-layout.ts'],
    feeds: { 'src/scanners/hid-descriptor.ts': 'parseReportDescriptor', 'src/scanners/hid-pos-layout.ts': 'describedLayout' },
    seeds: descriptors,
    words: [Buffer.of(0x85), Buffer.of(0x75, 8), Buffer.of(0x95, 0xff), Buffer.of(0xa4), Buffer.of(0xb4), Buffer.of(0xfe, 4, 0)],
    run(input) {
      const descriptor = parseReportDescriptor(input);
      if (descriptor === undefined) return;
      for (const { reportId, bitOffset, bits, count, usages } of descriptor.fields) {
        demand(bitOffset + bits * count <= (descriptor.reportBytes.get(reportId) ?? 0) * 8, 'a field beyond its report');
        demand(usages.length > 0 && usages.length <= 1_024, `${usages.length} usages`);
      }
      const layout = describedLayout(descriptor);
      if (layout === undefined) return;
      const { lengthAt, aimAt = 0, dataAt, dataBytes, moreAt, reportBytes } = layout;
      demand(Math.max(lengthAt, aimAt, moreAt, dataAt + dataBytes - 1) < reportBytes, 'a layout beyond its report');
    },
  },
  {
    name: 'hid-pos',
    covers: ['src/scanners/hid-pos-reports.ts', 'src/scanners/hid-pos-layout.ts', 'src/scanners/hid-descriptor.ts'],
    feeds: { 'src/scanners/hid-pos-reports.ts': 'PosReader' },
    seeds: [
      ...[POS_A, POS_B, POS_C, new Uint8Array()].map((descriptor) => device(descriptor, CARD_REPORTS)),
      // And the beginning of another code.
      device(POS_A, [...CARD_REPORTS, ...CARD_REPORTS.slice(0, 1)]),
    ],
    words: [Buffer.of(2, 56), Buffer.of(2, 0xff), ']Q1'],
    run(input) {
      // Every byte of a code is one that the device sent.
      const codes = fromDevice(() => new PosReader(), input, 64);
      demand(codes.replaceAll(',', '').length <= 2 * input.length, 'more bytes than were sent');
    },
  },
  {
    name: 'hid-keyboard',
    covers: [
      'src/scanners/hid-keyboard-reports.ts',
      'src/scanners/hid-descriptor.ts',
      'src/scanners/hid-keys.ts',
      'src/scanners/hid-typing.ts',
    ],
    feeds: {
      'src/scanners/hid-keyboard-reports.ts': 'KeyboardReader',
      'src/scanners/hid-keys.ts': 'keysDown',
      'src/scanners/hid-typing.ts': 'Typing',
    },
    seeds: [KEYBOARD_BOOT, KEYBOARD_IDS, KEYBOARD_BITS].map((descriptor) => device(descriptor, keys)),
    words: [Buffer.of(0, 0, 0x28), Buffer.of(4, 0, 0x59), Buffer.of(0x40, 0, 0x14), Buffer.of(2, 0, 0x39)],
    run(input) {
      const codes = fromDevice(() => new KeyboardReader(KEYBOARD_LAYOUTS.us), input, 8);
      demand(/^[\u0000-\u007f]*$/u.test(Buffer.from(codes.replaceAll(',', ''), 'hex').toString()), 'a letter that no key types');
      fromDevice(() => new KeyboardReader(KEYBOARD_LAYOUTS.de), input, 9);
    },
  },
  {
    name: 'hid-identity',
    covers: ['src/scanners/hid-devices.ts'],
    feeds: { 'src/scanners/hid-devices.ts': 'readIdentity' },
    seeds: ['HID_ID=0003:00000C2E:00000B81\nHID_NAME=Scanner\nHID_PHYS=usb-1/input0\nHID_UNIQ=S1\n'].map((text) =>
      Buffer.from(text),
    ),
    words: ['HID_ID=', 'HID_UNIQ=', 'HID_NAME=', '\n', '\u001b[2J', '\u009b', '\u202e', '\u2028', 'FFFFFFFFFFFFFFFFF', ':'],
    async run(input) {
      mkdirSync(scratch('hid'), { recursive: true });
      writeFileSync(join(scratch('hid'), 'uevent'), input);
      const identity = await readIdentity(scratch('hid'));
      if (identity === undefined) return;
      const { vendorId, productId, serialNumber, name, plug } = identity;
      demand(vendorId >= 0 && productId >= 0 && !Number.isNaN(vendorId + productId), `a device ${vendorId}:${productId}`);
      for (const text of [serialNumber, name, plug])
        demand(/^[^\p{C}\p{Zl}\p{Zp}]*$/u.test(text) && text.length <= input.length, `a name ${JSON.stringify(text)}`);
    },
  },
  {
    name: 'kernel-events',
    covers: ['src/inputs/evdev-layout.ts', 'src/system/gpio-layout.ts'],
    feeds: { 'src/inputs/evdev-layout.ts': 'readInputEvents', 'src/system/gpio-layout.ts': 'readEdges' },
    seeds: [Buffer.alloc(24, 1), Buffer.alloc(96, 2)],
    words: [Buffer.of(1, 0, 30, 0, 1, 0, 0, 0), Buffer.of(0, 0, 3, 0, 0, 0, 0, 0)],
    run(input) {
      const bytes = Buffer.from(input);
      const changes = readInputEvents(input).filter((event) => event.what === 'change');
      const wanted = Array.from({ length: Math.floor(bytes.length / 24) }, (_, at) => bytes.subarray(at * 24, at * 24 + 24))
        .filter((event) => [1, 5].includes(event.readUInt16LE(16)) && event.readInt32LE(20) !== 2)
        .map((event) => event.readUInt16LE(18));
      demand(changes.map(({ control }) => control.code).join() === wanted.join(), 'other keys than the kernel told');
      const edges = readEdges(input);
      demand(edges.length === Math.floor(bytes.length / 48), 'edges are lost or made up');
      edges.forEach(({ active, sequence }, at) => {
        const [kind, count] = [bytes.readUInt32LE(at * 48 + 8), bytes.readUInt32LE(at * 48 + 20)];
        demand(active === (kind === 1) && sequence === count, 'another edge than the kernel told');
      });
    },
  },
];
