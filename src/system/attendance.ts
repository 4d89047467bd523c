// A device that comes and goes: open, read until it ends, wait, again, for ever. Guarantees that a fault is reported when it
// changes and only then, and that an abort ends the loop at once with the device closed.

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, FaultReport } from '../admission/ports.ts';
import { backoff } from './backoff.ts';

export interface AttendanceDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** For the jitter of the back-off; default `Math.random`. */
  readonly random?: () => number;
  /** Waits so many milliseconds, or less when the signal aborts; never rejects. Default: the event loop's timer. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type Opened<Device> =
  | { readonly ok: true; readonly device: Device }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface Attended<Device, T> {
  /** Faults are reported of this part, e.g. `scanner:<id>`. */
  readonly part: string;
  /** Never throws; `code` is `absent` where the device is not plugged in. */
  open(): Promise<Opened<Device>>;
  /** What comes of one plugging-in; closes the device however it ends, and tells what is wrong with what it sends. */
  read(device: Device, tell: (message: string | undefined) => void): AsyncGenerator<T, void>;
  /** What to say when an open device ended by itself. */
  readonly lost: string;
  readonly signal: AbortSignal;
  /** Told after the first attempt to open. */
  readonly tried: () => void;
}

/** Delays between attempts to open: replugged devices are back within two seconds. */
const RETRY = { firstMs: 250, maxMs: 2_000 };
/** A device that stayed open this long starts the delays anew; a loose plug does not. */
const STEADY_MS = 5_000;

/** Yields what comes of every plugging-in until `signal` aborts. */
export async function* attendDevice<Device, T>(attended: Attended<Device, T>, deps: AttendanceDeps): AsyncGenerator<T, void> {
  const { signal, tried } = attended;
  const tell = changesOnly(attended.part, deps.report);
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
