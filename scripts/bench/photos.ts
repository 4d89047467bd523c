// Photographs as grey frames, for the camera benchmark: webp and png are decoded by ImageMagick, a child, where it is installed.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FrameSize } from '../../src/scanners/camera-options.ts';

export interface Photo {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
  /** What is written in its code; undefined: there is no QR code in it. */
  readonly bytes: Buffer | undefined;
}

const PICTURE = /\.(?:png|webp|jpe?g)$/u;

/**
 * All photographs in the folder's folders; those in `qrcode-*` have a code.
 *
 * @throws an error that says what is missing
 */
export function readPhotos(folder: string): Photo[] {
  const sets = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return sets.flatMap(({ name: set }) =>
    readdirSync(join(folder, set))
      .filter((file) => PICTURE.test(file))
      // Several codes, and kinds other than QR among them: no right answer for a reader of one.
      .filter(() => !set.startsWith('multi'))
      .map((file) => readPhoto(folder, `${set}/${file}`, set.startsWith('qrcode'))),
  );
}

function readPhoto(folder: string, name: string, hasCode: boolean): Photo {
  let pgm: Buffer;
  try {
    const words = [join(folder, name), '-background', 'white', '-flatten', '-colorspace', 'Gray', '-depth', '8', 'pgm:-'];
    pgm = execFileSync('convert', words, { maxBuffer: 1 << 28 });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(missing ? 'ImageMagick (convert) is not installed: apt install imagemagick' : `${name} cannot be decoded`, {
      cause: error,
    });
  }
  const [header = '', width = '', height = ''] =
    /^P5\s+(\d+)\s+(\d+)\s+255\s/u.exec(pgm.subarray(0, 40).toString('latin1')) ?? [];
  if (header === '') throw new Error(`${name}: ImageMagick gave no grey picture`);
  const grey = Uint8Array.from(pgm.subarray(header.length));
  return { name, width: Number(width), height: Number(height), grey, bytes: hasCode ? wanted(join(folder, name)) : undefined };
}

function wanted(file: string): Buffer {
  const stem = file.replace(PICTURE, '');
  // 01-02.png is the second picture of what 01.txt says.
  for (const base of [stem, stem.replace(/-\d+$/u, '')]) {
    if (existsSync(`${base}.bin`)) return readFileSync(`${base}.bin`);
    if (existsSync(`${base}.txt`)) return readFileSync(`${base}.txt`);
  }
  return Buffer.alloc(0);
}

/** What cameras send; a larger photograph is its own frame. */
const USUAL = [
  { width: 640, height: 480 },
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];

export interface PlacedPhoto {
  readonly photo: Photo;
  readonly size: FrameSize;
  readonly frame: Uint8Array;
}

/** The photograph in the middle of the smallest usual camera's frame that holds it. */
export function photoOn(photo: Photo): PlacedPhoto {
  const { width, height } = photo;
  const size = USUAL.find((each) => each.width >= width && each.height >= height) ?? { width, height };
  return { photo, size, frame: placed(photo, size) };
}

/** A frame with the photograph in its middle, the rest grey. */
export function placed({ grey, width, height }: Photo, size: FrameSize): Uint8Array {
  const frame = new Uint8Array(size.width * size.height).fill(128);
  const left = (size.width - width) >> 1;
  const top = (size.height - height) >> 1;
  for (let row = 0; row < height; row++) {
    frame.set(grey.subarray(row * width, (row + 1) * width), (top + row) * size.width + left);
  }
  return frame;
}
