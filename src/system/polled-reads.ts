// Reading a device that tells of changes now and then (GPIO lines, input devices) without a thread that waits for it: the event
// loop polls the descriptor and it is read when there is something, so that a change is heard within the loop's own delay.

import { readSync } from 'node:fs';
import { Poller } from '@serialport/bindings-cpp/dist/poller.js';
import { systemCode } from './sysfs.ts';

export interface Polling {
  /** As much as is read at once; the driver hands out whole records only. */
  readonly bytes: number;
  /** After so many milliseconds without anything: `quiet`, so that a caller can ask whether the device is still there. */
  readonly quietMs: number;
  readonly signal: AbortSignal;
}

/**
 * Yields what is read, each time into the same buffer, and `quiet`; reads nothing ahead. Ends when the device is gone (end of
 * file or any error but "not now") or `signal` aborts; never throws. The descriptor becomes non-blocking and is not closed.
 */
export async function* polledReads(fd: number, { bytes, quietMs, signal }: Polling): AsyncGenerator<Buffer | 'quiet', void> {
  const poller = openPoller(fd);
  if (!poller) return;
  const buffer = Buffer.allocUnsafeSlow(bytes);
  const cancel = () => poller.stop();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    while (!signal.aborted) {
      const ready = await readable(poller, quietMs);
      if (ready === 'quiet') yield ready;
      if (ready === 'over' || signal.aborted) return;
      const length = ready === 'readable' ? readNow(fd, buffer) : 0;
      if (length === 'gone') return;
      if (length > 0) yield buffer.subarray(0, length);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    // Before the descriptor is closed: its number may be another file's the moment after.
    poller.stop();
    poller.destroy();
  }
}

/** Undefined where the descriptor cannot be polled: closed, or a plain file. */
function openPoller(fd: number): Poller | undefined {
  try {
    return new Poller(fd);
  } catch {
    return undefined;
  }
}

/** `over`: the device was hung up, or the wait was cancelled. */
function readable(poller: Poller, quietMs: number): Promise<'readable' | 'quiet' | 'over'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve('quiet');
      poller.stop();
    }, quietMs);
    poller.once('readable', (error) => {
      clearTimeout(timer);
      resolve(error === null ? 'readable' : 'over');
    });
  });
}

function readNow(fd: number, buffer: Buffer): number | 'gone' {
  try {
    return readSync(fd, buffer, 0, buffer.length, null) || 'gone';
  } catch (error) {
    const code = systemCode(error);
    return code === 'EAGAIN' || code === 'EINTR' ? 0 : 'gone';
  }
}
