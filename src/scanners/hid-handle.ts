// One opened HID device: its reports, in order, each with the time of its arrival. node-hid is loaded when the first device
// is opened, so that a reader without HID scanners has none of its memory.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Clock, Instant } from '../admission/ports.ts';

/**
 * The part of node-hid's `HIDAsync` that is used. Its own thread reads (20 wake-ups a second while nothing comes); `error`
 * comes once, when the device is gone; `close` ends the thread within 50 ms; closing twice and writing after it reject.
 */
export interface HidHandle {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  sendFeatureReport(report: number[]): Promise<number>;
  close(): Promise<void>;
}

export type OpenHid = (path: string) => Promise<HidHandle>;

/** Opens a hidraw node with node-hid; rejects as that does. */
export async function openWithNodeHid(path: string): Promise<HidHandle> {
  const { HIDAsync } = await import('node-hid');
  return await HIDAsync.open(path);
}

export interface HidOpenFailure {
  readonly ok: false;
  readonly code: 'absent' | 'no-permission' | 'failed';
  readonly message: string;
}

/** Finds the cause of a failed opening: node-hid says it in words only, the system has a code for it. */
export async function explainFailedHid(path: string, cause: unknown): Promise<HidOpenFailure> {
  const code = await openCode(path);
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `no permission to open ${path}; install hardware/udev/60-gate-reader.rules, add the user this runs as to group gate-reader and plug the scanner in again`;
    return { ok: false, code: 'no-permission', message };
  }
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO') {
    return { ok: false, code: 'absent', message: `${path} is gone again; plug the scanner in` };
  }
  const words = cause instanceof Error ? cause.message : String(cause);
  if (/lib(?:usb|udev)[^:]*: cannot open shared object/.test(words)) {
    const message = `${path} cannot be read without the system's USB libraries; install them: sudo apt-get install libusb-1.0-0 libudev1`;
    return { ok: false, code: 'failed', message };
  }
  return {
    ok: false,
    code: 'failed',
    message: `${path} does not open (${code ?? words}); unplug the scanner and plug it in again`,
  };
}

/** The system's code for opening a node to read and write; undefined where it opens. */
export async function openCode(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    await file.close();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

export type Arrival =
  | { readonly what: 'report'; readonly report: Uint8Array; readonly instant: Instant }
  /** Nothing came for the time waited. */
  | { readonly what: 'silence' }
  /** Reports were thrown away because nobody took them for too long. */
  | { readonly what: 'gap' }
  /** The device is gone or the wait was cancelled. */
  | { readonly what: 'end' };

/** Three of the longest codes. A person cannot scan more while one scan is judged. */
const WAITING_MAX = 256;
/** Longer than any report of a scanner; hidraw's own limit is 16,384. */
const REPORT_BYTES_MAX = 1_024;

/** Keeps what a device sends until it is asked for, at most 256 reports. */
export class ReportQueue {
  readonly #clock: Pick<Clock, 'read'>;
  readonly #waiting: Arrival[] = [];
  #gap = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(clock: Pick<Clock, 'read'>) {
    this.#clock = clock;
  }

  /** Takes one report; the buffer is kept. */
  add(report: Uint8Array): void {
    if (this.#waiting.length >= WAITING_MAX || this.#gap) {
      // Everything up to the last place is whole; after it something is missing.
      if (!this.#gap) this.#waiting.push({ what: 'gap' });
      this.#gap = true;
      return;
    }
    this.#waiting.push({ what: 'report', report: report.subarray(0, REPORT_BYTES_MAX + 1), instant: this.#clock.read() });
    this.#wake?.();
  }

  /** Nothing more comes; what waits is still handed out. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /**
   * The next arrival; `silence` after `silenceMs` milliseconds without one. The silence is counted while we listen, not from
   * the last report: after a slow commit the rest of a code is waiting and must not be taken for late.
   */
  async next(silenceMs: number | undefined): Promise<Arrival> {
    if (this.#waiting.length === 0 && !this.#ended && !(await this.#wait(silenceMs))) return { what: 'silence' };
    const arrival = this.#waiting.shift();
    if (arrival?.what === 'gap') this.#gap = false;
    return arrival ?? { what: 'end' };
  }

  /** The time, for a code that a silence ended. */
  now(): Instant {
    return this.#clock.read();
  }

  /** True when something came or the end did. */
  #wait(silenceMs: number | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(this.#waiting.length > 0 || this.#ended);
      };
      // Timers run before the device's thread is heard: a late timer first lets what is already there arrive.
      const timer = silenceMs === undefined ? undefined : setTimeout(() => setImmediate(settle), silenceMs);
      this.#wake = settle;
    });
  }
}
