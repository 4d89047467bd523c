// A scanner on a serial port: USB-COM, a UART or a pseudo-terminal. Comes and goes as the plug does: open, read until it
// ends, wait, again, for ever. A fault is reported when it changes; an unplugged code is dropped and counted.

import type { LaneDirection, Scan } from '../admission/ports.ts';
import { type AttendanceDeps, attendDevice } from '../system/attendance.ts';
import { Framer, type FramingOptions } from './framing.ts';
import { type AttachedScanner, readScans, SILENCE_MS } from './lines.ts';
import { openSerialPort, type SerialLine, type SerialPort } from './serial-port.ts';

export interface SerialOptions extends FramingOptions, SerialLine {
  readonly id: string;
  readonly direction: LaneDirection;
}

/** Faults are reported as part `scanner:<id>`. Call `scans` once; nothing is opened before it is read from. */
export function serialScanner(options: SerialOptions, deps: AttendanceDeps): AttachedScanner {
  const framer = new Framer(options);
  const opened = Promise.withResolvers<void>();
  return {
    id: options.id,
    direction: options.direction,
    opened: opened.promise,
    discarded: framer.discarded,
    scans: (signal) =>
      attendDevice(
        {
          part: `scanner:${options.id}`,
          open: async () => {
            const attempt = await openSerialPort(options);
            return attempt.ok ? { ok: true, device: attempt.port } : attempt;
          },
          read: (port) => readPort(port, options.id, deps.clock, framer, signal),
          lost: `${options.path} stopped answering: unplugged, or its driver failed; plug the scanner in again, it is reopened by itself`,
          signal,
          tried: opened.resolve,
        },
        deps,
      ),
  };
}

/** The scans of one plugging-in; the port is closed however it ends. */
async function* readPort(
  port: SerialPort,
  id: string,
  clock: AttendanceDeps['clock'],
  framer: Framer,
  signal: AbortSignal,
): AsyncGenerator<Scan, void> {
  try {
    yield* readScans(port.chunks(signal), framer, { scanner: id, clock, signal, silenceMs: SILENCE_MS, lastLine: 'unplugged' });
  } finally {
    await port.close();
  }
}
