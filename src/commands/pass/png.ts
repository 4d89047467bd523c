// The smallest PNG there is (W3C PNG, third edition): one bit a pixel, grey, one IDAT:
//
//   signature | IHDR width height 1 0 0 0 0 | pHYs x y 1 | IDAT zlib( per row: filter 0, pixels from the high bit ) | IEND
//   chunk = length (4) type (4) data CRC-32 of type and data (4), all big-endian

import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const METRES_PER_INCH = 0.0254;

/** Rows of equal length, true is black. */
export function encodePng(rows: readonly (readonly boolean[])[], dotsPerInch: number): Uint8Array {
  const width = rows[0]?.length ?? 0;
  const density = Math.round(dotsPerInch / METRES_PER_INCH);
  const lines = Buffer.concat(rows.map((row) => packed(row)));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([numbers(width, rows.length), Buffer.from([1, 0, 0, 0, 0])])),
    chunk('pHYs', Buffer.concat([numbers(density, density), Buffer.from([1])])),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A filter byte and the row's pixels; a set bit is white. */
function packed(row: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(1 + Math.ceil(row.length / 8));
  row.forEach((black, x) => {
    const place = 1 + (x >> 3);
    if (!black) bytes[place] = (bytes[place] ?? 0) | (0x80 >> (x & 7));
  });
  return bytes;
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([numbers(data.length), body, numbers(crc32(body))]);
}
