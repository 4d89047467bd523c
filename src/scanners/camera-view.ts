// A camera at work: its program supervised, its frames in the mailbox, what the decoding thread finds counted once. Loaded only
// where a camera is configured.

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, FaultReport, Scan } from '../admission/ports.ts';
import { backoff } from '../system/backoff.ts';
import { type RunTimings, runProgram } from './camera-child.ts';
import { Decoding, DECODING_TIMINGS, type DecodingTimings } from './camera-decoding.ts';
import { deviceFault, failureMessage } from './camera-failure.ts';
import { FrameAssembler } from './camera-frames.ts';
import type { CameraOptions } from './camera-options.ts';
import { Presence } from './camera-presence.ts';
import { frameProgram } from './camera-source.ts';
import type { Looked } from './camera-worker.ts';

export interface CameraTimings extends RunTimings {
  readonly decoding: DecodingTimings;
}

export interface CameraDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** For the jitter of the back-off; default `Math.random`. */
  readonly random?: () => number;
  readonly timings?: CameraTimings;
  /** Told of each frame that was looked at; the frames then carry their brightness and sharpness. */
  readonly looked?: (looked: Looked) => void;
  /** Told of each whole frame that arrived. */
  readonly arrived?: () => void;
}

const TIMINGS: CameraTimings = { firstFrameMs: 10_000, stallMs: 2_000, decoding: DECODING_TIMINGS };

/** Delays between two runs of the program. */
const RETRY = { firstMs: 250, maxMs: 5_000 };

/** A run that lasted this long starts the delays anew. */
const STEADY_MS = 10_000;

/** Codes that nobody took: what can come into view while one scan is being judged. */
const WAITING_MAX = 8;

interface Attendance {
  readonly signal: AbortSignal;
  /** Told after the first frame, or the first failure to get one. */
  readonly tried: () => void;
}

/** Yields the codes that come into view, until `signal` aborts; everything it started is gone when it ends. */
export async function* watchCamera(
  options: CameraOptions,
  deps: CameraDeps,
  { signal, tried }: Attendance,
): AsyncGenerator<Scan, void> {
  const tell = joinedFaults(`scanner:${options.id}`, deps.report);
  const presence = new Presence();
  const waiting: Scan[] = [];
  let wake = Promise.withResolvers<void>();
  const timings = deps.timings ?? TIMINGS;
  const random = deps.random ?? Math.random;
  const looked = (frame: Looked) => {
    deps.looked?.(frame);
    const code = presence.look(frame.codes, frame.monotonicMs);
    if (!code || waiting.length >= WAITING_MAX) return;
    const { wallMs, monotonicMs } = frame;
    waiting.push({ bytes: code.bytes, scanner: options.id, instant: { wallMs, monotonicMs }, symbology: 'Q1' });
    wake.resolve();
  };
  const measured = deps.looked !== undefined;
  const hooks = { looked, report: (message: string | undefined) => tell('decoder', message), random };
  const decoding = new Decoding({ ...options, measured }, hooks, timings.decoding);
  const stop = () => wake.resolve();
  signal.addEventListener('abort', stop, { once: true });
  // Ends the program also where the reader of the scans went away without aborting.
  const over = new AbortController();
  const deliver = AbortSignal.any([signal, over.signal]);
  const delivering = deliverFrames(options, { ...deps, random }, decoding, timings, tell, { signal: deliver, tried });
  try {
    while (!signal.aborted) {
      const scan = waiting.shift();
      if (scan) yield scan;
      else {
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    over.abort();
    await delivering;
    await decoding.close();
  }
}

/** Runs the program again and again; what it writes goes into the mailbox. */
async function deliverFrames(
  options: CameraOptions,
  { clock, random, arrived }: CameraDeps & { readonly random: () => number },
  { writer }: Decoding,
  timings: CameraTimings,
  tell: Faults,
  { signal, tried }: Attendance,
): Promise<void> {
  const source = frameProgram(options);
  const assembler = new FrameAssembler(writer, source.frameBytes, options.width * options.height, () => clock.read());
  const take = (chunk: Uint8Array): number => {
    const frames = assembler.push(chunk);
    if (frames > 0) {
      tell('camera', undefined);
      tried();
      for (let frame = 0; frame < frames; frame++) arrived?.();
    }
    return frames;
  };
  let delays = backoff({ ...RETRY, random });
  while (!signal.aborted) {
    const startedMs = clock.read().monotonicMs;
    const fault = await deviceFault(options);
    if (fault === undefined) {
      const ending = await runProgram(source, take, timings, signal);
      assembler.cut();
      if (signal.aborted) break;
      // An unplugged camera is told at once as what the next attempt would find.
      tell('camera', (await deviceFault(options)) ?? failureMessage(ending, options, source.program));
      if (clock.read().monotonicMs - startedMs >= STEADY_MS) delays = backoff({ ...RETRY, random });
    } else tell('camera', fault);
    tried();
    await delay(delays.next().value, undefined, { signal }).catch(() => undefined);
  }
  tried();
}

type Faults = (from: 'camera' | 'decoder', message: string | undefined) => void;

/** The program and the decoder are one part to the outside: the program's fault is told first; changes only. */
function joinedFaults(part: string, report: FaultReport): Faults {
  const found: { camera?: string | undefined; decoder?: string | undefined } = {};
  let told: string | undefined;
  return (from, message) => {
    found[from] = message;
    const worst = found.camera ?? found.decoder;
    if (worst === told) return;
    told = worst;
    report(part, worst);
  };
}
