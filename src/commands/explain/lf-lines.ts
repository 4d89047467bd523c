// Standard input as codes, one for each line that LF ends, empty ones too; every other byte is data, also CR. Holds at most
// one code's 4,096 bytes however long a line is.

import type { Scan } from '../../admission/ports.ts';

/** As much as a scan may hold. */
const LINE_BYTES_MAX = 4096;
const LF = 0x0a;
const NOTHING = new Uint8Array(0);

type Line = Pick<Scan, 'bytes' | 'fault'>;

export class LfLines {
  readonly #held = new Uint8Array(LINE_BYTES_MAX);
  /** Bytes of the line so far, those given up included. */
  #length = 0;

  /** The lines that end in `chunk`; take them before the next chunk comes. */
  *push(chunk: Uint8Array): Generator<Line, void> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#hold(chunk.subarray(start, end));
      start = end + 1;
      yield this.#take();
    }
    this.#hold(chunk.subarray(start));
  }

  /** A last line without LF; undefined where nothing is left. */
  end(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take();
  }

  #hold(bytes: Uint8Array): void {
    const room = Math.max(0, LINE_BYTES_MAX - this.#length);
    this.#held.set(bytes.subarray(0, room), Math.min(this.#length, LINE_BYTES_MAX));
    this.#length += bytes.length;
  }

  #take(): Line {
    const length = this.#length;
    this.#length = 0;
    return lineOf(this.#held.slice(0, length), length);
  }
}

/** A line as a scanner would have delivered it. */
export function lineOf(bytes: Uint8Array, length = bytes.length): Line {
  return length > LINE_BYTES_MAX ? { bytes: NOTHING, fault: 'overlong' } : { bytes };
}
