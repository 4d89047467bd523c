// The thread that decodes: takes the newest frame, looks at it, says what it found, and again. Blocked for as long as a decode
// takes, or until a frame comes; it is ended from outside. A frame leaves this thread as codes and figures only.

import { parentPort, workerData } from 'node:worker_threads';

import { type Decoder, makeDecoder } from './camera-decoder.ts';
import { type Frame, FrameReader, type FrameTime } from './camera-mailbox.ts';
import type { DecoderName, FrameSize, Region } from './camera-options.ts';
import { type Picture, pictureOf } from './camera-picture.ts';
import type { SeenCode } from './camera-presence.ts';

export interface DecodeOrder extends FrameSize {
  readonly memory: SharedArrayBuffer;
  /** The mailbox slot to begin with. */
  readonly slot: number;
  readonly decoder: DecoderName;
  readonly region?: Region | undefined;
  /** Adds the picture's brightness and sharpness to every answer. */
  readonly measured: boolean;
}

/** What the thread says after each frame. */
export interface Looked extends FrameTime {
  readonly codes: readonly SeenCode[];
  /** From taking the frame to knowing its codes, milliseconds. */
  readonly decodeMs: number;
  readonly picture?: Picture;
}

if (parentPort === null) throw new Error('src/scanners/camera-worker.ts runs as a worker thread only');
const port = parentPort;
const order = workerData as DecodeOrder;
const reader = new FrameReader(order.memory, order.slot);
const size: FrameSize = order.region ?? order;
const cropped = order.region && cropper(order.region, order.width);
const decode = await makeDecoder(order.decoder, size);
for (;;) {
  const frame = reader.next(Infinity);
  if (!frame) continue;
  reader.mark();
  const looked = look(frame, decode);
  reader.mark();
  port.postMessage(looked);
}

function look(frame: Frame, decoder: Decoder): Looked {
  const { wallMs, monotonicMs } = frame;
  const started = performance.now();
  const pixels = cropped ? cropped(frame.pixels) : frame.pixels;
  const codes = decoder(pixels);
  const decodeMs = performance.now() - started;
  return { codes, wallMs, monotonicMs, decodeMs, ...(order.measured ? { picture: pictureOf(pixels, size) } : {}) };
}

/** Copies a part of frames `across` pixels wide, always into the same block. */
function cropper({ x, y, width, height }: Region, across: number): (frame: Uint8Array) => Uint8Array {
  const part = new Uint8Array(width * height);
  return (frame) => {
    for (let row = 0; row < height; row++) {
      const start = (y + row) * across + x;
      part.set(frame.subarray(start, start + width), row * width);
    }
    return part;
  };
}
