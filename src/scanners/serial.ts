// A scanner on a serial port: USB-COM, a UART or a pseudo-terminal. Comes and goes as the plug does: open, read until it
// ends, wait, again, for ever. A fault is reported when it changes; an unplugged code is dropped and counted.

import { realpath } from 'node:fs/promises';
import type { LaneDirection, Scan } from '../admission/ports.ts';
import { attendDevice, type Opened } from '../system/attendance.ts';
import type { ClaimingDeps } from './claims.ts';
import { Framer, type FramingOptions } from './framing.ts';
import { type AttachedScanner, readScans, SILENCE_MS } from './lines.ts';
import { openSerialPort, type SerialLine, type SerialPort } from './serial-port.ts';

export interface SerialOptions extends FramingOptions, SerialLine {
  readonly id: string;
  readonly direction: LaneDirection;
}

/** Faults are reported as part `scanner:<id>`. Call `scans` once; nothing is opened before it is read from. */
export function serialScanner(options: SerialOptions, deps: ClaimingDeps): AttachedScanner {
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
          open: () => openPort(options, deps),
          read: (port, tell) => readPort(port, { options, deps, framer, signal, tell }),
          lost: `${options.path} stopped answering: unplugged, or its driver failed; plug the scanner in again, it is reopened by itself`,
          signal,
          tried: opened.resolve,
        },
        deps,
      ),
  };
}

interface OpenPort extends SerialPort {
  /** The device behind the configured path now. */
  readonly device: string;
}

async function openPort(options: SerialOptions, { claims }: ClaimingDeps): Promise<Opened<OpenPort>> {
  const { id, path } = options;
  const device = await realpath(path).catch(() => path);
  const owner = claims?.take(device, id);
  if (owner !== undefined) {
    const message = `scanner ${owner} and scanner ${id} are one device: ${path} is ${device}, which scanner ${owner} reads; scanners without serial numbers share one name under /dev/serial/by-id, so name each by its own link under /dev/serial/by-path`;
    return { ok: false, code: 'shared', message };
  }
  const attempt = await openSerialPort(options);
  if (attempt.ok) return { ok: true, device: { ...attempt.port, device } };
  claims?.release(device);
  return attempt;
}

interface Reading {
  readonly options: SerialOptions;
  readonly deps: ClaimingDeps;
  readonly framer: Framer;
  readonly signal: AbortSignal;
  readonly tell: (message: string | undefined) => void;
}

/** The scans of one plugging-in; the port is closed however it ends. */
async function* readPort(port: OpenPort, { options, deps, framer, signal, tell }: Reading): AsyncGenerator<Scan, void> {
  const { id, path } = options;
  const unended = `${path} sends codes without the end that is configured; set the scanner to end each code with CR, or correct its suffix and its baud rate`;
  try {
    yield* readScans(port.chunks(signal), framer, {
      scanner: id,
      clock: deps.clock,
      signal,
      silenceMs: SILENCE_MS,
      lastLine: 'unplugged',
      unended: (so) => tell(so ? unended : undefined),
    });
  } finally {
    await port.close();
    deps.claims?.release(port.device);
  }
}
