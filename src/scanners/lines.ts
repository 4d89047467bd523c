// From chunks of bytes to scans: the loop that every byte-stream scanner shares. Reads a chunk only when the codes of the
// one before were taken, drops a line that stopped half-way, and lets the rest of the daemon run between two codes.

import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock, Instant, Scan, Scanner } from '../admission/ports.ts';
import type { Discarded, Framed, Framer } from './framing.ts';

/** A line that stopped for longer than this is not going on. A slow scanner (1,200 baud) needs 8 ms a byte. */
export const SILENCE_MS = 300;

/** A scanner as the composition root gets it. */
export interface AttachedScanner extends Scanner {
  /**
   * Settles once the device was opened or found missing for the first time after `scans` was first read from, so that
   * readiness waits for the scanners that are there and for no other. Never rejects.
   */
  readonly opened: Promise<void>;
  /** Live counters of the bytes that became no code, for health. */
  readonly discarded: Discarded;
}

export interface Reading {
  /** The scanner's id from the configuration. */
  readonly scanner: string;
  readonly clock: Pick<Clock, 'read'>;
  readonly signal: AbortSignal;
  /** Drop an unfinished line after this many milliseconds without a byte; absent: never. */
  readonly silenceMs?: number | undefined;
  /** What an unfinished line is worth when the source ends: a code, or nothing because the device was pulled out. */
  readonly lastLine: 'code' | 'unplugged';
  /** Told true when lines keep coming without an end, and false at the next one that has one; maybe more than once. */
  readonly unended?: (so: boolean) => void;
}

/** So many codes in a row that stopped before their end are no chance. */
export const STOPPED_CODES = 3;
/** What has this many bytes is not going to end: sixteen times what a code may have. */
export const ENDLESS_BYTES = 65_536;

/** Whether a source's codes end as they should, by what became of those before. */
class Endings {
  readonly #told: (so: boolean) => void;
  readonly #discarded: Discarded;
  #stopped = 0;
  #overlongBefore = 0;

  constructor(told: (so: boolean) => void, discarded: Discarded) {
    this.#told = told;
    this.#discarded = discarded;
  }

  stopped(): void {
    this.#stopped += 1;
    if (this.#stopped >= STOPPED_CODES) this.#told(true);
  }

  ended(): void {
    this.#stopped = 0;
    this.#overlongBefore = this.#discarded.overlong;
    this.#told(false);
  }

  goesOn(): void {
    if (this.#discarded.overlong - this.#overlongBefore > ENDLESS_BYTES) this.#told(true);
  }
}

/**
 * Yields the scans of `chunks` in order until they end or `signal` aborts. The source has to end when the signal aborts; what
 * it throws is passed on. A chunk may be reused by its source once the next one is asked for.
 */
export async function* readScans(
  chunks: AsyncIterable<Uint8Array>,
  framer: Framer,
  reading: Reading,
): AsyncGenerator<Scan, void> {
  const { clock, signal } = reading;
  const source = chunks[Symbol.asyncIterator]();
  const scan = (framed: Framed, instant: Instant): Scan => ({ ...framed, scanner: reading.scanner, instant });
  const endings = new Endings(reading.unended ?? (() => undefined), framer.discarded);
  try {
    for (;;) {
      const next = await nextChunk(source, framer, reading.silenceMs, () => endings.stopped());
      if (signal.aborted) return;
      if (next.done) break;
      const instant = clock.read();
      for (const framed of framer.push(next.value)) {
        if (framed.fault === undefined) endings.ended();
        yield scan(framed, instant);
        await immediate();
        if (signal.aborted) return;
      }
      endings.goesOn();
    }
  } finally {
    await source.return?.();
  }
  if (reading.lastLine === 'unplugged') framer.drop('unplugged');
  else {
    const last = framer.end();
    if (last) yield scan(last, clock.read());
  }
}

/**
 * The next chunk; meanwhile an unfinished line is dropped when none comes in time. Silence is counted while we listen, not
 * from the last byte: after a slow commit the rest of a line is waiting in the kernel and must not be taken for late.
 */
async function nextChunk(
  source: AsyncIterator<Uint8Array>,
  framer: Framer,
  silenceMs: number | undefined,
  stopped: () => void,
): Promise<IteratorResult<Uint8Array>> {
  const next = source.next();
  if (silenceMs === undefined || !framer.pending) return await next;
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>((resolve) => {
    // Timers run before input is polled: a late timer first lets what is already there be read.
    timer = setTimeout(() => setImmediate(() => resolve('silence')), silenceMs);
  });
  try {
    if ((await Promise.race([next, silence])) === 'silence') {
      framer.drop('silence');
      stopped();
    }
  } finally {
    clearTimeout(timer);
  }
  return await next;
}
