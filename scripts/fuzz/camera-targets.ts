// Targets: what a camera's program writes, and hostile pictures before both decoders: no code at all, noise, half a frame, half a
// code, and the smallest sizes, in which hardly a code has room.

import { FrameAssembler } from '../../src/scanners/camera-frames.ts';
import type { Decoder } from '../../src/scanners/camera-decoder.ts';
import { jsqrDecoder } from '../../src/scanners/camera-jsqr.ts';
import { FrameReader, FrameWriter } from '../../src/scanners/camera-mailbox.ts';
import type { SeenCode } from '../../src/scanners/camera-presence.ts';
import { pictureOf } from '../../src/scanners/camera-picture.ts';
import { zxingDecoder } from '../../src/scanners/camera-zxing.ts';
import { frameWith } from '../../test/scanners/camera-picture-of-codes.ts';
import { chunksOf, demand, type Target } from './target.ts';

/** From the smallest that the configuration takes; the first byte of an input chooses. */
const SIZES = [
  { width: 64, height: 64 },
  { width: 128, height: 96 },
  { width: 32, height: 32 },
  { width: 200, height: 32 },
  { width: 32, height: 200 },
  { width: 33, height: 47 },
];
type Size = (typeof SIZES)[number];
/** The longest text of a QR code: digits of version 40 with the lowest correction (ISO/IEC 18004, table 7). */
const MOST_CODE_BYTES = 7089;
const MOST_CODES = 4;
/** Of the whole process, above what it had when the decoders were made. */
const MOST_GROWTH_BYTES = 400 * 1024 * 1024;

interface Decoders extends Size {
  readonly jsqr: Decoder;
  readonly zxing: Decoder;
}

const all: readonly Decoders[] = await Promise.all(
  SIZES.map(async ({ width, height }) => ({
    width,
    height,
    jsqr: jsqrDecoder(width, height),
    zxing: await zxingDecoder(width, height),
  })),
);
const startBytes = process.memoryUsage.rss();

/** The picture of an input: what is missing of it is black. */
function pictured(input: Uint8Array): { readonly decoders: Decoders; readonly pixels: Uint8Array } {
  const decoders = all[(input[0] ?? 0) % all.length] as Decoders;
  const pixels = new Uint8Array(decoders.width * decoders.height);
  pixels.set(input.subarray(1, 1 + pixels.length));
  return { decoders, pixels };
}

function sound(codes: readonly SeenCode[], { width, height }: Size): readonly string[] {
  demand(codes.length <= MOST_CODES, `${codes.length} codes in one picture`);
  for (const { bytes, area } of codes) {
    demand(bytes.length <= MOST_CODE_BYTES, `a code of ${bytes.length} bytes`);
    // Corners may lie outside: a decoder guesses them along the edges of what it sees.
    demand(area >= 0 && area <= 16 * width * height, `a code of ${area} square pixels in ${width} x ${height}`);
  }
  return codes.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
}

function decoded(decode: Decoder, size: Size, pixels: Uint8Array): readonly string[] {
  const before = Buffer.from(pixels);
  const codes = sound(decode(pixels), size);
  demand(before.equals(pixels), 'the picture was changed');
  const again = codes.length > 0 ? sound(decode(pixels), size) : codes;
  demand(again.join() === codes.join(), 'the same picture is not the same twice');
  const growth = process.memoryUsage.rss() - startBytes;
  demand(growth < MOST_GROWTH_BYTES, `${Math.round(growth / 1_048_576)} MB more than at the start`);
  return codes;
}

const TEXTS = ['GT1:0123456789ABCDEFGHJKMNPQRS', '001099000001', 'Nguyễn Thị Mẫu'];
const framed = (at: number, codes: Parameters<typeof frameWith>[1], light?: Parameters<typeof frameWith>[2]): Buffer =>
  Buffer.concat([Buffer.of(at), frameWith(SIZES[at] as Size, codes, light)]);
const pictures = [
  ...TEXTS.map((text) => framed(0, [{ text, x: 0, y: 0, scale: text.length > 15 ? 1 : 2 }])),
  framed(0, [{ text: '1', x: 2, y: 2, scale: 2 }], { paper: 30, ink: 220 }),
  framed(1, [
    { text: 'a', x: 0, y: 0, scale: 2 },
    { text: 'b', x: 64, y: 0, scale: 2 },
  ]),
  ...SIZES.map(({ width, height }, at) => Buffer.concat([Buffer.of(at), Buffer.alloc(width * height, 127 * (at % 3))])),
  Buffer.concat([Buffer.of(0), Buffer.from(Array.from({ length: 64 * 64 }, (_, at) => (at * 37 * (at >> 3)) & 0xff))]),
];
const shades = [Buffer.alloc(7), Buffer.alloc(64, 255), Buffer.alloc(64 * 8), Buffer.alloc(128 * 8, 127), Buffer.alloc(7, 255)];
const picture = { seeds: pictures, words: shades, mostBytes: 1 + 128 * 96 };

export const CAMERA_TARGETS: readonly Target[] = [
  {
    name: 'camera-frames',
    covers: ['src/scanners/camera-frames.ts', 'src/scanners/camera-mailbox.ts'],
    feeds: { 'src/scanners/camera-frames.ts': 'FrameAssembler' },
    seeds: [Buffer.alloc(200, 9), Buffer.from(Array.from({ length: 500 }, (_, at) => at & 0xff))],
    words: [],
    run(input) {
      const writer = new FrameWriter(64);
      const reader = new FrameReader(writer.memory, writer.freeSlot());
      const frames = new FrameAssembler(writer, 96, 64, () => ({ wallMs: 0, monotonicMs: 0 }));
      let whole = 0;
      for (const chunk of chunksOf(input)) {
        const more = frames.push(chunk);
        whole += more;
        const newest = more > 0 ? reader.next(0) : undefined;
        const wanted = input.subarray(1 + (whole - 1) * 96, 1 + (whole - 1) * 96 + 64);
        demand((newest === undefined) === (more === 0), 'a frame that nobody can look at');
        demand(newest === undefined || Buffer.from(newest.pixels).equals(wanted), 'a frame of other pixels than came');
      }
      demand(whole === Math.floor(Math.max(0, input.length - 1) / 96), 'frames are lost or made up');
    },
  },
  {
    name: 'camera-jsqr',
    covers: ['src/scanners/camera-jsqr.ts', 'src/scanners/camera-picture.ts', 'node_modules/jsqr/dist/'],
    feeds: { 'src/scanners/camera-jsqr.ts': 'jsqrDecoder', 'src/scanners/camera-picture.ts': 'pictureOf' },
    ...picture,
    run(input) {
      const { decoders, pixels } = pictured(input);
      demand(decoded(decoders.jsqr, decoders, pixels).length <= 1, 'more than one code a picture');
      for (const [name, figure] of Object.entries(pictureOf(pixels, decoders)))
        demand(figure >= 0 && figure <= (name === 'brightness' || name === 'contrast' ? 255 : 1), `${name} of ${figure}`);
    },
  },
  {
    name: 'camera-zxing',
    covers: ['src/scanners/camera-zxing.ts', 'src/scanners/camera-looks.ts'],
    feeds: { 'src/scanners/camera-zxing.ts': 'zxingDecoder' },
    ...picture,
    run(input) {
      const { decoders, pixels } = pictured(input);
      const [code, ...others] = decoded(decoders.zxing, decoders, pixels);
      // Of two codes in a picture each may find another one; the first size has room for one.
      const one = code !== undefined && others.length === 0 && decoders === all[0];
      const [other] = one ? decoded(decoders.jsqr, decoders, pixels) : [];
      demand(other === undefined || other === code, `one picture, two texts: ${code} and by jsQR ${other}`);
    },
  },
];
