// From a pipe's chunks to whole frames in the mailbox: counts bytes, keeps the grey ones, drops the colour planes. A frame
// that its program did not finish is never published.

import type { FrameTime, FrameWriter } from './camera-mailbox.ts';

export class FrameAssembler {
  readonly #writer: FrameWriter;
  readonly #frameBytes: number;
  readonly #greyBytes: number;
  readonly #now: () => FrameTime;
  #filled = 0;
  /** Whole frames so far. */
  frames = 0;
  /** Frames that a newer one replaced before they were looked at. */
  skipped = 0;

  /** `frameBytes`: of a frame on the pipe, of which the first `greyBytes` are its pixels. */
  constructor(writer: FrameWriter, frameBytes: number, greyBytes: number, now: () => FrameTime) {
    this.#writer = writer;
    this.#frameBytes = frameBytes;
    this.#greyBytes = greyBytes;
    this.#now = now;
  }

  /** Takes what the pipe gave; returns how many frames became whole. */
  push(chunk: Uint8Array): number {
    let whole = 0;
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, this.#frameBytes - this.#filled);
      const grey = Math.min(taken, this.#greyBytes - this.#filled);
      if (grey > 0) this.#writer.fill(chunk.subarray(at, at + grey), this.#filled);
      at += taken;
      this.#filled += taken;
      if (this.#filled < this.#frameBytes) break;
      this.#filled = 0;
      whole += 1;
      if (this.#writer.publish(this.#now())) this.skipped += 1;
    }
    this.frames += whole;
    return whole;
  }

  /** The program ended: drops what there is of a frame, so that the next program's frames begin at their first byte. */
  cut(): number {
    const cut = this.#filled;
    this.#filled = 0;
    return cut;
  }
}
