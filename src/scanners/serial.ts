// A scanner on a serial port: USB-COM, a UART or a pseudo-terminal. Comes and goes as the plug does: open, read until it
// ends, wait, again, for ever. A fault is reported when it changes; an unplugged code is dropped and counted.

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, FaultReport, LaneDirection, Scan } from '../admission/ports.ts';
import { backoff } from '../system/backoff.ts';
import { Framer, type FramingOptions } from './framing.ts';
import { type AttachedScanner, readScans, SILENCE_MS } from './lines.ts';
import { openSerialPort, type SerialLine, type SerialPort } from './serial-port.ts';

export interface SerialOptions extends FramingOptions, SerialLine {
  readonly id: string;
  readonly direction: LaneDirection;
}

export interface SerialDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** For the jitter of the back-off; default `Math.random`. */
  readonly random?: () => number;
}

/** Delays between attempts to open: replugged scanners are back within two seconds. */
const RETRY = { firstMs: 250, maxMs: 2_000 };
/** A port that stayed open this long starts the delays anew; a loose plug does not. */
const STEADY_MS = 5_000;

/** Faults are reported as part `scanner:<id>`. Call `scans` once; nothing is opened before it is read from. */
export function serialScanner(options: SerialOptions, deps: SerialDeps): AttachedScanner {
  const framer = new Framer(options);
  const opened = Promise.withResolvers<void>();
  return {
    id: options.id,
    direction: options.direction,
    opened: opened.promise,
    discarded: framer.discarded,
    scans: (signal) => attend(options, deps, framer, { signal, tried: opened.resolve }),
  };
}

interface Attendance {
  readonly signal: AbortSignal;
  /** Told after the first attempt to open. */
  readonly tried: () => void;
}

async function* attend(
  options: SerialOptions,
  deps: SerialDeps,
  framer: Framer,
  { signal, tried }: Attendance,
): AsyncGenerator<Scan, void> {
  const tell = changesOnly(`scanner:${options.id}`, deps.report);
  const random = deps.random ?? Math.random;
  let delays = backoff({ ...RETRY, random });
  let unplugged = false;
  while (!signal.aborted) {
    const attempt = await openSerialPort(options);
    // That an unplugged device is not there is no news.
    unplugged &&= !attempt.ok && attempt.code === 'absent';
    if (!unplugged) tell(attempt.ok ? undefined : attempt.message);
    tried();
    if (attempt.ok) {
      const openedMs = deps.clock.read().monotonicMs;
      yield* readPort(attempt.port, options.id, deps.clock, framer, signal);
      if (signal.aborted) break;
      unplugged = true;
      tell(
        `${options.path} stopped answering: unplugged, or its driver failed; plug the scanner in again, it is reopened by itself`,
      );
      if (deps.clock.read().monotonicMs - openedMs >= STEADY_MS) delays = backoff({ ...RETRY, random });
    }
    await pause(delays.next().value, signal);
  }
  tried();
}

/** The scans of one plugging-in; the port is closed however it ends. */
async function* readPort(
  port: SerialPort,
  id: string,
  clock: SerialDeps['clock'],
  framer: Framer,
  signal: AbortSignal,
): AsyncGenerator<Scan, void> {
  try {
    yield* readScans(port.chunks(signal), framer, { scanner: id, clock, signal, silenceMs: SILENCE_MS, lastLine: 'unplugged' });
  } finally {
    await port.close();
  }
}

function changesOnly(part: string, report: FaultReport): (message: string | undefined) => void {
  let told: string | undefined;
  return (message) => {
    if (message === told) return;
    told = message;
    report(part, message);
  };
}

/** Waits `ms`, or less when `signal` aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
