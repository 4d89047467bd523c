// ZXing-C++ called directly on grey bytes. The package's own readBarcodes() never frees the list of results it makes
// (40,000 reads: 140 MB), turns pictures into RGBA and back, and fetches its .wasm from the network unless it is given.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { defaultReaderOptions, prepareZXingModule } from 'zxing-wasm/reader';
import type { Decoder } from './camera-decoder.ts';
import { type Look, Looks } from './camera-looks.ts';
import type { FrameSize } from './camera-options.ts';
import type { SeenCode } from './camera-presence.ts';

interface Corner {
  readonly x: number;
  readonly y: number;
}

/** What is used of a result of zxing-wasm 3.1.4. */
interface Found {
  readonly isValid: boolean;
  readonly bytes: Uint8Array;
  readonly position: Record<'topLeft' | 'topRight' | 'bottomRight' | 'bottomLeft', Corner>;
}

/** What is used of the Emscripten module of zxing-wasm 3.1.4. */
interface ZxingModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  readBarcodesFromPixmap(
    pixels: number,
    width: number,
    height: number,
    options: object,
  ): { size(): number; get(index: number): Found | undefined; delete(): void };
}

const BINARIZERS = { localAverage: 0, globalHistogram: 1 };
const PLAIN_TEXT = 0;

/** Settings measured for codes held in front of a kiosk: near and far, on paper and on dark phone screens. */
const SETTINGS = {
  ...defaultReaderOptions,
  formats: 'QRCodeModel2',
  tryHarder: true,
  tryRotate: false,
  tryInvert: true,
  tryDownscale: true,
  tryDenoise: false,
  downscaleThreshold: 500,
  downscaleFactor: 3,
  binarizer: BINARIZERS.localAverage,
  maxNumberOfSymbols: 4,
  eanAddOnSymbol: 0,
  textMode: PLAIN_TEXT,
  characterSet: 0,
  tryCode39ExtendedMode: false,
};

/** Made smaller step by step from a smaller size on. */
const STEPS = { ...SETTINGS, downscaleFactor: 2, downscaleThreshold: 200 };
const ONE_THRESHOLD = { binarizer: BINARIZERS.globalHistogram };
const PASSES = {
  plain: SETTINGS,
  smoothed: { ...STEPS, tryDenoise: true },
  levelled: { ...SETTINGS, ...ONE_THRESHOLD },
  levelledHalf: { ...STEPS, ...ONE_THRESHOLD },
};

/** A gamma curve, value = 255 * (value / 255) ^ exponent: spreads the shadows, or the lights. */
const curve = (exponent: number) => Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** exponent));
const SHADOWS = curve(0.45);
const LIGHTS = curve(2.2);

/** Loads the library from the package's own file. @throws where the file is missing or memory is short */
export async function zxingDecoder(width: number, height: number): Promise<Decoder> {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  const prepared: unknown = await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const library = prepared as ZxingModule;
  const size = width * height;
  const half = { width: width >> 1, height: height >> 1 };
  // One block for good: the frame, then the frame at half its size.
  const pointer = library._malloc(size + half.width * half.height);
  if (pointer === 0) throw new Error(`no memory for a frame of ${width} x ${height}`);
  const read = (settings: object) => readPixels(library, pointer, width, height, settings);
  const readHalf = (settings: object) =>
    readPixels(library, pointer + size, half.width, half.height, settings)
      // In pixels of the whole frame.
      .map(({ bytes, area }) => ({ bytes, area: area * 4 }));
  // The heap may have moved to a larger block: it is asked for anew each time.
  const ways: Readonly<Record<Look, () => SeenCode[]>> = {
    plain: () => read(PASSES.plain),
    brightened: () => {
      recolour(library.HEAPU8, pointer, size, SHADOWS);
      return read(PASSES.plain);
    },
    smoothed: () => {
      halve(library.HEAPU8, pointer, pointer + size, { width, height });
      recolour(library.HEAPU8, pointer + size, half.width * half.height, SHADOWS);
      return readHalf(PASSES.smoothed);
    },
    darkened: () => {
      recolour(library.HEAPU8, pointer, size, LIGHTS);
      return read(PASSES.plain);
    },
    levelled: () => {
      halve(library.HEAPU8, pointer, pointer + size, { width, height });
      const codes = readHalf(PASSES.levelledHalf);
      return codes.length > 0 ? codes : read(PASSES.levelled);
    },
  };
  const looks = new Looks();
  return (pixels) => {
    library.HEAPU8.set(pixels, pointer);
    const codes = ways[looks.next()]();
    looks.took(codes.length > 0);
    return codes;
  };
}

function recolour(heap: Uint8Array, start: number, size: number, levels: Uint8Array): void {
  for (let at = start; at < start + size; at++) heap[at] = levels[heap[at] ?? 0] ?? 0;
}

/** Puts the means of two by two pixels of the picture at `from` to `to`. */
function halve(heap: Uint8Array, from: number, to: number, { width, height }: FrameSize): void {
  let at = to;
  for (let row = 0; row + 1 < height; row += 2) {
    const upper = from + row * width;
    for (let left = upper; left + 1 < upper + width; left += 2) {
      const sum = (heap[left] ?? 0) + (heap[left + 1] ?? 0) + (heap[left + width] ?? 0) + (heap[left + width + 1] ?? 0);
      heap[at++] = (sum + 2) >> 2;
    }
  }
}

/** One pass. */
function readPixels(library: ZxingModule, pointer: number, width: number, height: number, settings: object): SeenCode[] {
  const results = library.readBarcodesFromPixmap(pointer, width, height, settings);
  try {
    const codes: SeenCode[] = [];
    for (let index = 0; index < results.size(); index++) {
      const found = results.get(index);
      if (found?.isValid) codes.push({ bytes: Uint8Array.from(found.bytes), area: areaOf(found.position) });
    }
    return codes;
  } finally {
    results.delete();
  }
}

/** The shoelace formula over the four corners, in square pixels. */
function areaOf({ topLeft, topRight, bottomRight, bottomLeft }: Found['position']): number {
  const cross = (a: Corner, b: Corner) => a.x * b.y - b.x * a.y;
  const twice =
    cross(topLeft, topRight) + cross(topRight, bottomRight) + cross(bottomRight, bottomLeft) + cross(bottomLeft, topLeft);
  return Math.abs(twice) / 2;
}
