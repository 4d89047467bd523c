// The newest-frame mailbox between the thread that reads the camera's pipe and the thread that decodes: three frames in
// shared memory. Guarantees that neither side ever waits for the other's work and that the reader gets the newest whole frame.

// Layout: control words (Int32) | three times two clocks (Float64: wall, monotonic) | three frames of bytes.
// The three slots go round: the writer fills one, the reader looks at one, the third is the middle. Both sides hand over by
// exchanging their slot with the middle in one atomic step, so nobody ever sees half a frame.
const MIDDLE = 0;
const PUBLISHED = 1;
const WORK = 2;
const CONTROL_BYTES = 64;
const CLOCKS_BYTES = 3 * 2 * 8;

/** Set in the middle word while the middle slot holds a frame that nobody has looked at. */
const FRESH = 4;
const SLOT = 3;

/** When a frame's last byte arrived, by both clocks, in milliseconds. */
export interface FrameTime {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export interface Frame extends FrameTime {
  /** Grey pixels, row by row; valid until the next `next()`. Shared memory: copy before handing it on. */
  readonly pixels: Uint8Array;
}

interface Views {
  readonly control: Int32Array;
  readonly clocks: Float64Array;
  readonly frames: readonly Uint8Array[];
}

function viewsOf(memory: SharedArrayBuffer): Views {
  const frameBytes = (memory.byteLength - CONTROL_BYTES - CLOCKS_BYTES) / 3;
  const frame = (slot: number) => new Uint8Array(memory, CONTROL_BYTES + CLOCKS_BYTES + slot * frameBytes, frameBytes);
  return {
    control: new Int32Array(memory, 0, CONTROL_BYTES / 4),
    clocks: new Float64Array(memory, CONTROL_BYTES, 6),
    frames: [frame(0), frame(1), frame(2)],
  };
}

/** The writing side. One writer a mailbox. */
export class FrameWriter {
  readonly memory: SharedArrayBuffer;
  readonly #views: Views;
  #slot = 0;

  /** `frameBytes`: width times height. */
  constructor(frameBytes: number) {
    this.memory = new SharedArrayBuffer(CONTROL_BYTES + CLOCKS_BYTES + 3 * frameBytes);
    this.#views = viewsOf(this.memory);
    Atomics.store(this.#views.control, MIDDLE, 1);
  }

  /** Copies `bytes` to `offset` of the frame being filled. */
  fill(bytes: Uint8Array, offset: number): void {
    this.#views.frames[this.#slot]?.set(bytes, offset);
  }

  /** Puts the filled frame where the reader looks; true where it replaced one that nobody had looked at. */
  publish({ wallMs, monotonicMs }: FrameTime): boolean {
    const { control, clocks } = this.#views;
    clocks[this.#slot * 2] = wallMs;
    clocks[this.#slot * 2 + 1] = monotonicMs;
    const before = Atomics.exchange(control, MIDDLE, this.#slot | FRESH);
    this.#slot = before & SLOT;
    Atomics.add(control, PUBLISHED, 1);
    Atomics.notify(control, PUBLISHED);
    return (before & FRESH) !== 0;
  }

  /** The slot that a new reader begins with: neither the writer's nor the middle. Only while no reader is at work. */
  freeSlot(): number {
    return 3 - this.#slot - (Atomics.load(this.#views.control, MIDDLE) & SLOT);
  }

  /** Odd while the reader is at work on a frame; changes with every frame. */
  work(): number {
    return Atomics.load(this.#views.control, WORK);
  }

  /** A new reader begins at rest, although the one before was ended in the middle of its work. */
  resetWork(): void {
    Atomics.store(this.#views.control, WORK, 0);
  }
}

/** The reading side, in the thread that decodes. One reader at a time. */
export class FrameReader {
  readonly #views: Views;
  #slot: number;

  constructor(memory: SharedArrayBuffer, slot: number) {
    this.#views = viewsOf(memory);
    this.#slot = slot;
  }

  /** The newest frame not looked at yet; undefined where none came within `timeoutMs`. Blocks this thread meanwhile. */
  next(timeoutMs: number): Frame | undefined {
    const { control, clocks, frames } = this.#views;
    const published = Atomics.load(control, PUBLISHED);
    if ((Atomics.load(control, MIDDLE) & FRESH) === 0) {
      Atomics.wait(control, PUBLISHED, published, timeoutMs);
      if ((Atomics.load(control, MIDDLE) & FRESH) === 0) return undefined;
    }
    this.#slot = Atomics.exchange(control, MIDDLE, this.#slot) & SLOT;
    const pixels = frames[this.#slot];
    if (!pixels) return undefined;
    return { pixels, wallMs: clocks[this.#slot * 2] ?? 0, monotonicMs: clocks[this.#slot * 2 + 1] ?? 0 };
  }

  /** Marks the begin and the end of work on a frame, for whoever watches that it ends. */
  mark(): void {
    Atomics.add(this.#views.control, WORK, 1);
  }
}
