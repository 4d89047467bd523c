// What every kind of input shares: it is opened again for ever, its faults are told under its id, and a moment that the kernel
// stamped becomes an instant of the reader's clocks.

import type { Clock, FaultReport, Input, InputChange, Instant } from '../admission/ports.ts';
import { type AttendanceDeps, attendDevice, type Opened } from '../system/attendance.ts';

/** An input as the composition root gets it. */
export interface AttachedInput extends Input {
  /**
   * Settles after the first attempt to open, once `changes` was first read from: whether it was there; what was wrong is
   * reported by then. False as well when aborted before. Never rejects.
   */
  readonly opened: Promise<boolean>;
}

export interface InputDeps extends AttendanceDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
}

export interface InputKind<Device> {
  /** Never throws; `absent` where the device is not there. */
  readonly open: () => Opened<Device> | Promise<Opened<Device>>;
  /** From the initial state to the end of the device, which it closes. */
  readonly read: (device: Device, signal: AbortSignal) => AsyncGenerator<InputChange, void>;
  /** What to say when an open device ended by itself. */
  readonly lost: string;
}

/** Faults are reported as part `input:<id>`. Call `changes` once; nothing is opened before it is read from. */
export function attachInput<Device>(id: string, { open, read, lost }: InputKind<Device>, deps: InputDeps): AttachedInput {
  const opened = Promise.withResolvers<boolean>();
  let there = false;
  const attempt = async () => {
    const found = await open();
    there = found.ok;
    return found;
  };
  return {
    id,
    opened: opened.promise,
    changes: (signal) =>
      attendDevice(
        {
          part: `input:${id}`,
          open: attempt,
          read: (device) => read(device, signal),
          lost,
          signal,
          tried: () => opened.resolve(there),
        },
        deps,
      ),
  };
}

/** A stamp that is older than this, or of the future, is not of the clock that `now` is of. */
const STALE_MS = 600_000;

/** The instant of a moment that the kernel stamped by CLOCK_MONOTONIC, seen from `now`: the wall clock is put back by its age. */
export function instantAt(monotonicMs: number, now: Instant): Instant {
  const ageMs = now.monotonicMs - monotonicMs;
  return ageMs >= 0 && ageMs <= STALE_MS ? { monotonicMs, wallMs: Math.round(now.wallMs - ageMs) } : now;
}
