// Targets: what scanners, buttons and the kernel send.

import { readdirSync } from 'node:fs';
import { describedLayout } from '../../src/scanners/hid-pos-layout.ts';
import { readInputEvents } from '../../src/inputs/evdev-layout.ts';
import { FrameWriter } from '../../src/scanners/camera-mailbox.ts';
import { FrameAssembler } from '../../src/scanners/camera-frames.ts';
import { type Framed, Framer, type FramingOptions, LINE_BYTES_MAX } from '../../src/scanners/framing.ts';
import { parseReportDescriptor } from '../../src/scanners/hid-descriptor.ts';
import { KEYBOARD_LAYOUTS } from '../../src/scanners/hid-keyboard-layouts.ts';
import { KeyboardReader } from '../../src/scanners/hid-keyboard-reports.ts';
import { PosReader } from '../../src/scanners/hid-pos-reports.ts';
import { jsqrDecoder } from '../../src/scanners/camera-jsqr.ts';
import { readEdges } from '../../src/system/gpio-layout.ts';
import { KEYBOARD_BITS, KEYBOARD_BOOT, KEYBOARD_IDS, MOUSE, POS_A, POS_B, POS_C } from '../../test/fakes/hid-descriptors.ts';
import { CARD_REPORTS, ENTER, typed } from '../../test/fakes/hid-reports.ts';
import { CAPTURES, readCapture } from '../../test/scanners/capture-file.ts';
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
function fromDevice(reader: PosReader | KeyboardReader, input: Uint8Array, reportBytes: number): void {
  const end = 1 + (input[0] ?? 0);
  reader.attach(input.subarray(1, end));
  for (let at = end; at < input.length; at += reportBytes) {
    for (const { bytes } of reader.push(input.subarray(at, at + reportBytes)))
      demand(bytes.length <= LINE_BYTES_MAX, `a code of ${bytes.length} bytes`);
  }
}

const device = (descriptor: Uint8Array, reports: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(descriptor.length), descriptor, ...reports]);

const descriptors = [POS_A, POS_B, POS_C, KEYBOARD_BOOT, KEYBOARD_IDS, KEYBOARD_BITS, MOUSE];
const keys = [...typed('001099000001||Nguyen Thi Mau|01011999'), ...ENTER];
const [WIDTH, HEIGHT] = [48, 48];
const decodeGrey = jsqrDecoder(WIDTH, HEIGHT);

export const SCANNER_TARGETS: readonly Target[] = [
  {
    name: 'framing',
    covers: ['src/scanners/framing.ts'],
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
    seeds: descriptors,
    words: [Buffer.of(0x85), Buffer.of(0x75, 8), Buffer.of(0x95, 0xff), Buffer.of(0xa4), Buffer.of(0xb4), Buffer.of(0xfe, 4, 0)],
    run(input) {
      const descriptor = parseReportDescriptor(input);
      if (descriptor !== undefined) describedLayout(descriptor);
    },
  },
  {
    name: 'hid-pos',
    covers: ['src/scanners/hid-pos-reports.ts', 'src/scanners/hid-pos-layout.ts', 'src/scanners/hid-descriptor.ts'],
    seeds: [POS_A, POS_B, POS_C, new Uint8Array()].map((descriptor) => device(descriptor, CARD_REPORTS)),
    words: [Buffer.of(2, 56), Buffer.of(2, 0xff), ']Q1'],
    run: (input) => fromDevice(new PosReader(), input, 64),
  },
  {
    name: 'hid-keyboard',
    covers: ['src/scanners/hid-keyboard-reports.ts', 'src/scanners/hid-descriptor.ts'],
    seeds: [KEYBOARD_BOOT, KEYBOARD_IDS, KEYBOARD_BITS].map((descriptor) => device(descriptor, keys)),
    words: [Buffer.of(0, 0, 0x28), Buffer.of(4, 0, 0x59), Buffer.of(0x40, 0, 0x14), Buffer.of(2, 0, 0x39)],
    run(input) {
      fromDevice(new KeyboardReader(KEYBOARD_LAYOUTS.us), input, 8);
      fromDevice(new KeyboardReader(KEYBOARD_LAYOUTS.de), input, 9);
    },
  },
  {
    name: 'kernel-events',
    covers: ['src/inputs/evdev-layout.ts', 'src/system/gpio-layout.ts'],
    seeds: [Buffer.alloc(24, 1), Buffer.alloc(96, 2)],
    words: [Buffer.of(1, 0, 30, 0, 1, 0, 0, 0), Buffer.of(0, 0, 3, 0, 0, 0, 0, 0)],
    run(input) {
      const events = [...readInputEvents(input), ...readEdges(input)];
      demand(events.length <= input.length / 24 + input.length / 48, 'more events than bytes for them');
    },
  },
  {
    name: 'camera-frames',
    covers: ['src/scanners/camera-frames.ts'],
    seeds: [Buffer.alloc(200, 9)],
    words: [],
    run(input) {
      const frames = new FrameAssembler(new FrameWriter(64), 96, 64, () => ({ wallMs: 0, monotonicMs: 0 }));
      let whole = 0;
      for (const chunk of chunksOf(input)) whole += frames.push(chunk);
      demand(whole === Math.floor(Math.max(0, input.length - 1) / 96), 'frames are lost or made up');
    },
  },
  {
    name: 'camera-picture',
    covers: ['src/scanners/camera-jsqr.ts'],
    seeds: [Buffer.alloc(WIDTH * HEIGHT, 255), Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, at) => (at * 37) & 0xff))],
    words: [Buffer.alloc(7), Buffer.alloc(WIDTH, 255)],
    mostBytes: WIDTH * HEIGHT,
    run(input) {
      const picture = new Uint8Array(WIDTH * HEIGHT);
      picture.set(input.subarray(0, picture.length));
      decodeGrey(picture);
    },
  },
];
