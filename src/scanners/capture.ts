// A capture as a scanner: a file of codes, one a line, or of the raw bytes a scanner sent; `-` is standard input. The same
// framing as a device, but no silence: the bytes of a file have no time between them.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Clock, FaultReport, LaneDirection, Scan } from '../admission/ports.ts';
import { Framer, type FramingOptions } from './framing.ts';
import { type AttachedScanner, readScans } from './lines.ts';
import { bytesOf } from './readable.ts';

export interface CaptureOptions extends FramingOptions {
  readonly id: string;
  readonly direction: LaneDirection;
  /** A file, or `-` for standard input. */
  readonly path: string;
}

export interface CaptureDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** What `-` stands for; default `process.stdin`. */
  readonly input?: Readable;
}

export type CaptureAttempt =
  | { readonly ok: true; readonly scanner: AttachedScanner }
  | { readonly ok: false; readonly code: 'absent' | 'not-a-file' | 'unreadable'; readonly message: string };

/** Makes sure that the capture can be read before anything else starts. Its scans end where it does. */
export async function captureScanner(options: CaptureOptions, deps: CaptureDeps): Promise<CaptureAttempt> {
  const trouble = options.path === '-' ? undefined : await whyUnreadable(options.path);
  if (trouble) return { ok: false, ...trouble };
  const framer = new Framer(options);
  return {
    ok: true,
    scanner: {
      id: options.id,
      direction: options.direction,
      opened: Promise.resolve(),
      discarded: framer.discarded,
      scans: (signal) => attend(options, deps, framer, signal),
    },
  };
}

async function* attend(
  options: CaptureOptions,
  deps: CaptureDeps,
  framer: Framer,
  signal: AbortSignal,
): AsyncGenerator<Scan, void> {
  const stream = options.path === '-' ? (deps.input ?? process.stdin) : createReadStream(options.path);
  const failed = (error: Error) =>
    deps.report(`scanner:${options.id}`, `the capture ${options.path} could not be read to its end: ${error.message}`);
  yield* readScans(bytesOf(stream, signal, failed), framer, { scanner: options.id, clock: deps.clock, signal, lastLine: 'code' });
}

async function whyUnreadable(path: string): Promise<Omit<Extract<CaptureAttempt, { ok: false }>, 'ok'> | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      if (!(await file.stat()).isDirectory()) return undefined;
      return {
        code: 'not-a-file',
        message: `cannot replay ${path}: it is a folder; name a capture file, or - for standard input`,
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
      return {
        code: 'absent',
        message: `cannot replay ${path}: there is no such file; name a capture file, or - for standard input`,
      };
    return {
      code: 'unreadable',
      message: `cannot replay ${path}: ${error instanceof Error ? error.message : String(error)}; check its permissions`,
    };
  }
}
