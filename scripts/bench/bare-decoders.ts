// The bare libraries, called as directly as they can be: what the camera path is compared with in the same run.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import jsQR from 'jsqr';
import { defaultReaderOptions, prepareZXingModule } from 'zxing-wasm/reader';
import type { DecoderName, FrameSize } from '../../src/scanners/camera-options.ts';

interface Library {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  readBarcodesFromPixmap(pointer: number, width: number, height: number, options: object): { size(): number; delete(): void };
}

const SETTINGS = {
  ...defaultReaderOptions,
  formats: 'QRCodeModel2',
  tryHarder: true,
  tryRotate: false,
  maxNumberOfSymbols: 4,
  binarizer: 0,
  eanAddOnSymbol: 0,
  textMode: 0,
  characterSet: 0,
  tryCode39ExtendedMode: false,
};

export interface BareRead {
  readonly found: boolean;
  readonly ms: number;
}

/** Reads one grey picture; the time is the library's alone. */
export type Bare = (grey: Uint8Array, size: FrameSize) => BareRead;

export async function bareDecoder(name: DecoderName): Promise<Bare> {
  return name === 'jsqr' ? bareJsqr : await bareZxing();
}

async function bareZxing(): Promise<Bare> {
  const { buffer, byteOffset, byteLength } = readFileSync(
    fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')),
  );
  const wasmBinary = buffer.slice(byteOffset, byteOffset + byteLength);
  const prepared: unknown = await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const library = prepared as Library;
  return (grey, { width, height }) => {
    const pointer = library._malloc(grey.length);
    const started = performance.now();
    library.HEAPU8.set(grey, pointer);
    const results = library.readBarcodesFromPixmap(pointer, width, height, SETTINGS);
    const found = results.size() > 0;
    results.delete();
    const ms = performance.now() - started;
    library._free(pointer);
    return { found, ms };
  };
}

function bareJsqr(grey: Uint8Array, { width, height }: FrameSize): BareRead {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const words = new Uint32Array(rgba.buffer);
  for (const [at, level] of grey.entries()) words[at] = 0xff000000 | (level * 0x010101);
  const started = performance.now();
  const found = (jsQR.default(rgba, width, height)?.binaryData.length ?? 0) > 0;
  return { found, ms: performance.now() - started };
}
