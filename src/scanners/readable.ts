// A stream's bytes as chunks that end, rather than throw, when the reader is stopped.

import type { Readable } from 'node:stream';

/**
 * Yields the stream's chunks until its end, a failure (told to `failed`) or an abort, which settles a pending read at once.
 * The stream is destroyed afterwards, so that it keeps no process alive.
 */
export async function* bytesOf(
  stream: Readable,
  signal: AbortSignal,
  failed: (error: Error) => void,
): AsyncGenerator<Uint8Array, void> {
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
  } catch (error) {
    // A stream destroyed under its reader throws; that is how an abort looks from in here.
    if (!signal.aborted) failed(error instanceof Error ? error : new Error(String(error)));
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}
