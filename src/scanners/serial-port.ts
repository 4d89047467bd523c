// One opened serial port: raw bytes out of it until it is closed or gone. Settings, locking and polling are the library's;
// the read is ours, because the library's own `read` spins at full load for ever on a port that was hung up while nobody read.

import { readSync } from 'node:fs';
import { LinuxBinding, type LinuxPortBinding } from '@serialport/bindings-cpp';
import { explainFailedOpen, type OpenFailure } from './serial-failure.ts';

export interface SerialLine {
  /** Any path to the device, also a link such as /dev/serial/by-id/…; followed anew at each opening. */
  readonly path: string;
  /** Bits per second; a USB-COM scanner ignores it. */
  readonly baudRate: number;
  readonly dataBits?: 5 | 6 | 7 | 8 | undefined;
  readonly parity?: 'none' | 'even' | 'odd' | undefined;
  readonly stopBits?: 1 | 2 | undefined;
}

export interface SerialPort {
  /**
   * Yields what arrives, at most 4,096 bytes at a time, each time into the same buffer; reads nothing ahead. Ends when the
   * device is gone or `signal` aborts, never throws. To be called once.
   */
  chunks(signal: AbortSignal): AsyncGenerator<Buffer, void>;
  /** Releases the device and its lock; never throws. */
  close(): Promise<void>;
}

export type OpenAttempt = { readonly ok: true; readonly port: SerialPort } | OpenFailure;

/** As much as the kernel's terminal buffer hands out at once. */
const READ_BYTES = 4096;

/** Opens raw and exclusively (flock); bytes that arrived before are thrown away by the driver. */
export async function openSerialPort(line: SerialLine): Promise<OpenAttempt> {
  const { path, baudRate, dataBits = 8, parity = 'none', stopBits = 1 } = line;
  try {
    const port = await LinuxBinding.open({ path, baudRate, dataBits, parity, stopBits, lock: true });
    return { ok: true, port: { chunks: (signal) => chunksOf(port, signal), close: () => close(port) } };
  } catch (error) {
    return await explainFailedOpen(path, error);
  }
}

async function* chunksOf(port: LinuxPortBinding, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const cancel = () => port.poller.stop();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    while (!signal.aborted && (await readable(port))) {
      const bytes = readNow(port, buffer);
      if (bytes === 'gone') return;
      if (bytes > 0) yield buffer.subarray(0, bytes);
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Waits for bytes; false when the port was hung up or the wait was cancelled. */
function readable(port: LinuxPortBinding): Promise<boolean> {
  return new Promise((resolve) => {
    port.poller.once('readable', (error) => resolve(error === null));
  });
}

/** The port is non-blocking, so this returns at once. A terminal that was hung up reads as 0 bytes. */
function readNow(port: LinuxPortBinding, buffer: Buffer): number | 'gone' {
  if (port.fd === null) return 'gone';
  try {
    return readSync(port.fd, buffer, 0, buffer.length, null) || 'gone';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EAGAIN' || code === 'EINTR' ? 0 : 'gone';
  }
}

async function close(port: LinuxPortBinding): Promise<void> {
  // Closing what is already gone fails, and there is nothing left to release then.
  await port.close().catch(() => undefined);
}
