// ZXing-C++ called directly on grey bytes. The package's own readBarcodes() never frees the list of results it makes
// (40,000 reads: 140 MB), turns pictures into RGBA and back, and fetches its .wasm from the network unless it is given.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { defaultReaderOptions, prepareZXingModule } from 'zxing-wasm/reader';
import type { Decoder } from './camera-decoder.ts';
import type { SeenCode } from './camera-presence.ts';
import { Scene } from './camera-scene.ts';

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
  // A code found but not read is worth another pass at once.
  returnErrors: true,
  eanAddOnSymbol: 0,
  textMode: PLAIN_TEXT,
  characterSet: 0,
  tryCode39ExtendedMode: false,
};

/** Smoothed and made smaller step by step: for speckles, print dots and moire. */
const CLEANED = { ...SETTINGS, tryDenoise: true, downscaleFactor: 2, downscaleThreshold: 200 };

/** Second looks at a frame in which nothing was read, one a frame, in turn. */
const EXTRA_PASSES = [
  { settings: SETTINGS, gamma: true },
  { settings: CLEANED, gamma: false },
  { settings: { ...CLEANED, binarizer: BINARIZERS.globalHistogram }, gamma: false },
];

/** of frames with something new in view every fifth gets a second look, of an empty scene one a second or so. */
const EVERY = { lively: 5, still: 20 };

/** After a second look that read a code, so many unread frames get the same one: a second or two of video. */
const WARM_FRAMES = 15;

/** Brightens shadows: value = 255 * (value / 255) ^ 0.45. */
const GAMMA = Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** 0.45));

/** Loads the library from the package's own file. @throws where the file is missing or memory is short */
export async function zxingDecoder(width: number, height: number): Promise<Decoder> {
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength);
  const prepared: unknown = await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const library = prepared as ZxingModule;
  const size = width * height;
  const pointer = library._malloc(size);
  if (pointer === 0) throw new Error(`no memory for a frame of ${width} x ${height}`);
  const read = (settings: object) => readPixels(library, pointer, width, height, settings);
  const looks = new SecondLooks();
  const scene = new Scene({ width, height });
  return (pixels) => {
    // The heap may have moved to a larger block: ask for it anew each time.
    library.HEAPU8.set(pixels, pointer);
    const first = read(SETTINGS);
    const lively = scene.isNew(pixels);
    const pass = looks.next(first.codes.length > 0, first.unreadable, lively ? EVERY.lively : EVERY.still);
    if (!pass) return first.codes;
    if (pass.gamma) brighten(library.HEAPU8, pointer, size);
    const { codes } = read(pass.settings);
    if (codes.length > 0) looks.worked();
    return codes;
  };
}

/** Which second look a frame gets, if any. */
class SecondLooks {
  #turn = -1;
  /** Unread frames since the last second look. */
  #unread = 0;
  #warm = 0;

  /** The pass for this frame; undefined where its codes were read, or where an empty scene is to stay cheap. */
  next(wasRead: boolean, unreadable: boolean, every: number): (typeof EXTRA_PASSES)[number] | undefined {
    if (wasRead) this.#unread = 0;
    else this.#unread += 1;
    if (wasRead || !(unreadable || this.#warm > 0 || this.#unread >= every)) return undefined;
    this.#unread = 0;
    // What read the last code reads the next one: the light has not changed, and the code must not seem to have left view.
    if (this.#warm > 0) this.#warm -= 1;
    else this.#turn += 1;
    return EXTRA_PASSES[this.#turn % EXTRA_PASSES.length];
  }

  worked(): void {
    this.#warm = WARM_FRAMES;
  }
}

function brighten(heap: Uint8Array, start: number, size: number): void {
  for (let at = start; at < start + size; at++) heap[at] = GAMMA[heap[at] ?? 0] ?? 0;
}

/** One pass; `unreadable`: something was found that looks like a code. */
function readPixels(library: ZxingModule, pointer: number, width: number, height: number, settings: object) {
  const results = library.readBarcodesFromPixmap(pointer, width, height, settings);
  try {
    const codes: SeenCode[] = [];
    for (let index = 0; index < results.size(); index++) {
      const found = results.get(index);
      if (found?.isValid) codes.push({ bytes: Uint8Array.from(found.bytes), area: areaOf(found.position) });
    }
    return { codes, unreadable: results.size() > codes.length };
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
