// The decoders, made to take SLOW_MS: in place of camera-decoder.ts where camera-slowed.ts was loaded.

import { type Decoder, makeDecoder as makeRealDecoder } from '../../src/scanners/camera-decoder.ts';
import type { DecoderName, FrameSize } from '../../src/scanners/camera-options.ts';

const SLOW_MS = 60;

export async function makeDecoder(name: DecoderName, size: FrameSize): Promise<Decoder> {
  const decode = await makeRealDecoder(name, size);
  return (pixels) => {
    const end = performance.now() + SLOW_MS;
    const codes = decode(pixels);
    // Busy, as a decoder is.
    while (performance.now() < end);
    return codes;
  };
}
