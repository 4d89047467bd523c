// One run of the program that delivers frames. Guarantees that it is gone, with everything it started, when the run is over, that a
// program which stops delivering is noticed, and that what it complains about is kept short.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import type { FrameProgram } from './camera-source.ts';

export interface RunTimings {
  /** Until the first whole frame: ffmpeg comes off a slow card with 60 MB of libraries, and cameras need time to wake up. */
  readonly firstFrameMs: number;
  /** Without a whole frame for this long, the program is taken for one that hangs. */
  readonly stallMs: number;
}

/** Why a run ended. */
export type Ending =
  | { readonly code: 'aborted' }
  | { readonly code: 'not-started'; readonly error: string }
  | { readonly code: 'stalled'; readonly complaint: Complaint }
  | { readonly code: 'ended'; readonly status: string; readonly complaint: Complaint };

/** The last lines of standard error, oldest first. */
export type Complaint = readonly string[];

/** What is kept of what the program says on standard error: its end. */
const COMPLAINT_BYTES = 512;

/**
 * Starts the program and hands each chunk of its output to `take`, which says how many frames it completed. Settles when the
 * program is gone: by itself, for want of frames, or because `signal` aborted. Never rejects.
 */
export async function runProgram(
  { program, words }: FrameProgram,
  take: (chunk: Uint8Array) => number,
  timings: RunTimings,
  signal: AbortSignal,
): Promise<Ending> {
  if (signal.aborted) return { code: 'aborted' };
  let child: ChildProcessByStdio<null, Readable, Readable>;
  try {
    child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(), detached: true });
  } catch (error) {
    return { code: 'not-started', error: errorCode(error) };
  }
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const complaint = complaintOf(child.stderr);
  let stall = setTimeout(stalled, timings.firstFrameMs);
  function stalled() {
    resolve({ code: 'stalled', complaint: complaint() });
  }
  child.stdout.on('data', (chunk: Uint8Array) => {
    if (take(chunk) === 0) return;
    clearTimeout(stall);
    stall = setTimeout(stalled, timings.stallMs);
  });
  const aborted = () => resolve({ code: 'aborted' });
  signal.addEventListener('abort', aborted, { once: true });
  const gone = new Promise<void>((settle) => child.once('close', () => settle()));
  child.on('error', (error) => resolve({ code: 'not-started', error: errorCode(error) }));
  child.once('close', (code, killed) =>
    resolve({ code: 'ended', status: killed ?? `exit code ${code}`, complaint: complaint() }),
  );
  const ending = await promise;
  clearTimeout(stall);
  signal.removeEventListener('abort', aborted);
  child.stdout.removeAllListeners('data').destroy();
  child.stderr.destroy();
  if (child.pid !== undefined) {
    endGroup(child.pid);
    await gone;
  }
  return ending;
}

/** The program gets a group of its own, so that a shell's children end with it. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** The daemon's environment may hold secrets; a camera program needs none of it. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { LC_ALL: 'C', ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }) };
}

function complaintOf(stderr: Readable): () => Complaint {
  let kept = Buffer.alloc(0);
  stderr.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk.subarray(-COMPLAINT_BYTES)]).subarray(-COMPLAINT_BYTES);
  });
  const printable = () => kept.toString().replaceAll(/[\p{Cc}\p{Cf}\uFFFD]+/gu, '\n');
  return () =>
    printable()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
