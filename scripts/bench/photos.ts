// Photographs as grey frames, for the camera benchmark: webp and png are decoded by ImageMagick, a child, where it is installed.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
