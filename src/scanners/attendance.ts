// A device that comes and goes: open, read until it ends, wait, again, for ever. Guarantees that a fault is reported when it
// changes and only then, and that an abort ends the loop at once with the device closed.

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, FaultReport, Scan } from '../admission/ports.ts';
import { backoff } from '../system/backoff.ts';
import type { DeviceClaims } from './claims.ts';

export interface AttendanceDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** The same for all scanners of a daemon; absent where there is one scanner only. */
  readonly claims?: DeviceClaims;
  /** For the jitter of the back-off; default `Math.random`. */
  readonly random?: () => number;
  /** Waits so many milliseconds, or less when the signal aborts; never rejects. Default: the event loop's timer. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type Opened<Device> =
  | { readonly ok: true; readonly device: Device }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface Attended<Device> {
  /** The scanner's id: faults are reported as part `scanner:<id>`. */
  readonly id: string;
  /** Never throws; `code` is `absent` where the device is not plugged in. */
  open(): Promise<Opened<Device>>;
  /** The scans of one plugging-in; closes the device however it ends, and tells what is wrong with what it sends. */
  read(device: Device, tell: (message: string | undefined) => void): AsyncGenerator<Scan, void>;
  /** What to say when an open device ended by itself. */
  readonly lost: string;
  readonly signal: AbortSignal;
  /** Told after the first attempt to open. */
  readonly tried: () => void;
}

/** Delays between attempts to open: replugged scanners are back within two seconds. */
const RETRY = { firstMs: 250, maxMs: 2_000 };
/** A device that stayed open this long starts the delays anew; a loose plug does not. */
const STEADY_MS = 5_000;

/** Yields the scans of every plugging-in until `signal` aborts. */
export async function* attendDevice<Device>(attended: Attended<Device>, deps: AttendanceDeps): AsyncGenerator<Scan, void> {
  const { signal, tried } = attended;
  const tell = changesOnly(`scanner:${attended.id}`, deps.report);
  const random = deps.random ?? Math.random;
  let delays = backoff({ ...RETRY, random });
  let unplugged = false;
  while (!signal.aborted) {
    const attempt = await attended.open();
    // That an unplugged device is not there is no news.
    unplugged &&= !attempt.ok && attempt.code === 'absent';
    if (!unplugged) tell(attempt.ok ? undefined : attempt.message);
    tried();
    if (attempt.ok) {
      const openedMs = deps.clock.read().monotonicMs;
      yield* attended.read(attempt.device, tell);
      if (signal.aborted) break;
      unplugged = true;
      tell(attended.lost);
      if (deps.clock.read().monotonicMs - openedMs >= STEADY_MS) delays = backoff({ ...RETRY, random });
    }
    await (deps.pause ?? pause)(delays.next().value, signal);
  }
  tried();
}

function changesOnly(part: string, report: FaultReport): (message: string | undefined) => void {
  let told: string | undefined;
  return (message) => {
    if (message === told) return;
    told = message;
    report(part, message);
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
