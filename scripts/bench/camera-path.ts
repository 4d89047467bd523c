// The camera path from the mailbox on, one frame at a time: how long from a whole frame to its answer.

import { Decoding } from '../../src/scanners/camera-decoding.ts';
import { FrameAssembler } from '../../src/scanners/camera-frames.ts';
import type { DecoderName, FrameSize } from '../../src/scanners/camera-options.ts';
import type { Looked } from '../../src/scanners/camera-worker.ts';

export interface Path {
  /** Shows one frame and waits for its answer. Rejects where the decoder fails. */
  show(grey: Uint8Array): Promise<{ readonly looked: Looked; readonly ms: number }>;
  close(): Promise<void>;
}

export function openPath(size: FrameSize, decoder: DecoderName): Path {
  let answer = Promise.withResolvers<Looked>();
  const decoding = new Decoding(
    { id: 'bench', direction: 'both', source: 'command', ...size, fps: 15, decoder, measured: false },
    {
      looked: (looked) => answer.resolve(looked),
      report: (message) => message !== undefined && answer.reject(new Error(message)),
      random: Math.random,
    },
    // A machine at its limit must not lose a frame to the watchdog.
    { hangMs: 60_000, firstPauseMs: 250, maxPauseMs: 1_000 },
  );
  const bytes = size.width * size.height;
  const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
  const frames = new FrameAssembler(decoding.writer, bytes, bytes, now);
  return {
    async show(grey) {
      answer = Promise.withResolvers<Looked>();
      const started = performance.now();
      frames.push(grey);
      const looked = await answer.promise;
      return { looked, ms: performance.now() - started };
    },
    close: () => decoding.close(),
  };
}
