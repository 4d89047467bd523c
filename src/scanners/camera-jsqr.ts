// jsQR, the decoder in pure JavaScript: for machines where WebAssembly is not wanted. Slower, and reads one code a frame.

import jsQR from 'jsqr';
import type { Decoder } from './camera-decoder.ts';

export function jsqrDecoder(width: number, height: number): Decoder {
  // It takes RGBA and makes grey of it again; the picture is built in one block that is used for every frame.
  const rgba = new Uint8ClampedArray(width * height * 4);
  const words = new Uint32Array(rgba.buffer);
  return (pixels) => {
    for (let at = 0; at < pixels.length; at++) words[at] = 0xff000000 | ((pixels[at] ?? 0) * 0x010101);
    const found = jsQR.default(rgba, width, height, { inversionAttempts: 'attemptBoth' });
    // An empty answer is what it gives for a symbol that it took for a code.
    if (!found || found.binaryData.length === 0) return [];
    const { topLeftCorner, topRightCorner, bottomLeftCorner } = found.location;
    const across = Math.hypot(topRightCorner.x - topLeftCorner.x, topRightCorner.y - topLeftCorner.y);
    const down = Math.hypot(bottomLeftCorner.x - topLeftCorner.x, bottomLeftCorner.y - topLeftCorner.y);
    return [{ bytes: Uint8Array.from(found.binaryData), area: across * down }];
  };
}
