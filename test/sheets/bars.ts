// Bars read back from their modules by ZXing-C++, which shares no line with what drew them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const PIXELS = 3;
const QUIET = 10;
const ROWS = 40;

let ready: Promise<unknown> | undefined;

/** @throws where nothing, or more than one thing, is read */
export async function readBars(modules: readonly boolean[]): Promise<{ text: string; isCommand: boolean }> {
  ready ??= Promise.resolve(prepareZXingModule({ overrides: { wasmBinary: wasm() }, fireImmediately: true }));
  await ready;
  const width = (modules.length + 2 * QUIET) * PIXELS;
  const data = new Uint8ClampedArray(width * ROWS * 4).fill(255);
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < width; x++) {
      if (modules[Math.floor(x / PIXELS) - QUIET]) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  const image = { data, width, height: ROWS, colorSpace: 'srgb' } as Parameters<typeof readBarcodes>[0];
  const found = await readBarcodes(image, { formats: ['Code128'], textMode: 'Plain', tryHarder: true });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`read ${found.length} barcodes, wanted one`);
  return { text: new TextDecoder('latin1').decode(only.bytes), isCommand: only.extra.includes('"ReaderInit"') };
}

function wasm(): ArrayBuffer {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** The modules of an SVG of barcodeSvg, without its quiet zones. */
export function modulesOfSvg(svg: string): readonly boolean[] {
  const width = Number(/viewBox="0 0 (\d+) 1"/u.exec(svg)?.[1]);
  const modules = Array<boolean>(width).fill(false);
  for (const [, from, run] of svg.matchAll(/M(\d+) 0h(\d+)v1h-\2z/gu)) {
    if (Number(run) < width) modules.fill(true, Number(from), Number(from) + Number(run));
  }
  return modules.slice(QUIET, width - QUIET);
}
