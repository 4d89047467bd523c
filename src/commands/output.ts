// Results on their way out: collected into large writes, at the pace of whoever takes them, and quietly over when nobody
// does any more (`| head`). Standard output carries results alone.

import type { Writable } from 'node:stream';

/** What is collected before it is written. */
const CHUNK_BYTES = 65_536;

export class Output {
  readonly #stream: Writable;
  #held: Uint8Array[] = [];
  #bytes = 0;
  #gone = false;

  constructor(stream: Writable = process.stdout) {
    this.#stream = stream;
    // A failed write tells its own callback; without a listener it would end the process as well.
    stream.on('error', () => undefined);
  }

  /**
   * Adds to the result. False once nobody reads it any more: stop then.
   *
   * @throws the stream's error, but for a reader that went away
   */
  async put(result: Uint8Array | string): Promise<boolean> {
    const bytes = typeof result === 'string' ? Buffer.from(result) : result;
    this.#held.push(bytes);
    this.#bytes += bytes.length;
    return this.#bytes < CHUNK_BYTES ? !this.#gone : await this.flush();
  }

  /** Writes what is collected; as `put`. */
  async flush(): Promise<boolean> {
    if (this.#bytes === 0 || this.#gone) return !this.#gone;
    const chunk = Buffer.concat(this.#held);
    this.#held = [];
    this.#bytes = 0;
    const error = await new Promise<Error | null | undefined>((resolve) => this.#stream.write(chunk, resolve));
    this.#gone = error !== null && error !== undefined && 'code' in error && error.code === 'EPIPE';
    if (error && !this.#gone) throw error;
    return !this.#gone;
  }
}

/** One result that is there as a whole. */
export async function print(text: string): Promise<void> {
  const output = new Output();
  await output.put(text);
  await output.flush();
}
