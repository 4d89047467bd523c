// What a decoder of camera frames does, and which there are: each is loaded only by the thread that uses it.

import type { DecoderName, FrameSize } from './camera-options.ts';
import type { SeenCode } from './camera-presence.ts';

/** Finds the codes in one grey frame of the decoder's size. The bytes of a code are the symbol's, no text conversion. May read the frame from shared memory. */
export type Decoder = (pixels: Uint8Array) => readonly SeenCode[];

/** Loads a decoder for frames of one size. @throws where its files are missing */
export async function makeDecoder(name: DecoderName, { width, height }: FrameSize): Promise<Decoder> {
  if (name === 'jsqr') return (await import('./camera-jsqr.ts')).jsqrDecoder(width, height);
  return await (await import('./camera-zxing.ts')).zxingDecoder(width, height);
}
