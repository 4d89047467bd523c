// Grey pictures with QR codes in them, as a camera would deliver them: dark modules on light grey, quiet zone included.

import { encodeQR } from 'qr';

export interface Placed {
  readonly text: string;
  /** Upper left corner of the quiet zone, pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels a module. */
  readonly scale: number;
}

/** A frame of `width` x `height`; the light is even: `paper` for paper, `ink` for modules. */
export function frameWith(
  { width, height }: { readonly width: number; readonly height: number },
  codes: readonly Placed[],
  { paper = 200, ink = 40 } = {},
): Uint8Array {
  const pixels = new Uint8Array(width * height).fill(paper);
  for (const { text, x, y, scale } of codes) {
    const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
    for (const [row, modules] of rows.entries()) {
      for (const [column, dark] of modules.entries()) {
        if (!dark) continue;
        for (let line = 0; line < scale; line++) {
          const start = (y + row * scale + line) * width + x + column * scale;
          pixels.fill(ink, start, start + scale);
        }
      }
    }
  }
  return pixels;
}
