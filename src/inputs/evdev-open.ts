// Input devices that this process has open, each once for all buttons on it: a device is taken from everybody else, so that a
// press types into no console, and the kernel allows that to one opening only.

import { closeSync, constants, openSync } from 'node:fs';
import type { Opened } from '../system/attendance.ts';
import { libc } from '../system/libc.ts';
import { polledReads } from '../system/polled-reads.ts';
import { systemCode } from '../system/sysfs.ts';
import { bitOf, CLOCK_MONOTONIC, type Control, EVENT_BYTES, EVIOC, type InputEvent, readInputEvents } from './evdev-layout.ts';

/** What is asked of the system; a test passes a kernel that refuses what the real one refuses. */
export interface EvdevKernel {
  /** @throws with the system's code, as `ENOENT` or `EACCES` */
  readonly open: (path: string) => number;
  readonly close: (fd: number) => void;
  /** 0 or more, or the negative errno; `argument` is read and filled in. */
  readonly ioctl: (fd: number, request: number, argument: Uint8Array) => number;
}

export const LINUX_EVDEV: EvdevKernel = {
  open: (path) => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
  close: closeSync,
  ioctl: (fd, request, argument) => libc()?.ioctl(fd, request, argument) ?? -ENOSYS,
};

const EBUSY = 16;
const ENOTTY = 25;
const ENOSYS = 38;
/** The kernel keeps about as many for a keyboard. */
const EVENTS_READ = 64;
/** Nothing tells of a state that changed unheard; it is looked at so often. */
const LOOK_MS = 60_000;
/** Changes that wait for one input. Nobody presses a button that often while one code is judged. */
const WAITING_MAX = 64;

export interface KeyChange {
  readonly active: boolean;
  /** When, by CLOCK_MONOTONIC; undefined: before it was looked at. */
  readonly stampMs: number | undefined;
}

/** One key or switch of an open device. */
export interface HeldKey {
  /** How it was when it was opened. */
  readonly active: boolean;
  /** The next change; undefined: the device is gone, or `signal` aborted. */
  next(signal: AbortSignal): Promise<KeyChange | undefined>;
  close(): void;
}

export class EvdevDevices {
  readonly #kernel: EvdevKernel;
  readonly #open = new Map<string, OpenDevice>();

  constructor(kernel: EvdevKernel) {
    this.#kernel = kernel;
  }

  /** Opens a key or switch of the device at `path`, which is not a link. */
  hold(path: string, control: Control): Opened<HeldKey> {
    const device = this.#open.get(path) ?? this.#take(path);
    if ('message' in device) return device;
    const key = device.hold(control);
    return key ? { ok: true, device: key } : gone(path);
  }

  #take(path: string): OpenDevice | Refusal {
    const opened = openNode(path, this.#kernel);
    if (!opened.ok) return opened;
    const fd = opened.device;
    const errno = -this.#kernel.ioctl(fd, EVIOC.grab, new Uint8Array(4));
    if (errno > 0) {
      this.#kernel.close(fd);
      return explainedGrab(path, errno);
    }
    // Where the kernel stamps by another clock, a change counts from when it is read.
    this.#kernel.ioctl(fd, EVIOC.setClock, new Uint8Array(Uint32Array.of(CLOCK_MONOTONIC).buffer));
    const device = new OpenDevice(fd, this.#kernel, () => this.#open.delete(path));
    this.#open.set(path, device);
    return device;
  }
}

type Refusal = { readonly ok: false; readonly code: string; readonly message: string };

const gone = (path: string): Refusal => ({ ok: false, code: 'absent', message: `${path} is gone again; plug it in` });

function openNode(path: string, kernel: EvdevKernel): Opened<number> {
  try {
    return { ok: true, device: kernel.open(path) };
  } catch (error) {
    return explainedOpen(path, systemCode(error));
  }
}

function explainedOpen(path: string, code: string): Refusal {
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `no permission to open ${path}; add the user this runs as to group input and restart`;
    return { ok: false, code: 'no-permission', message };
  }
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO') return gone(path);
  return { ok: false, code: 'failed', message: `${path} does not open (${code}); unplug it, or restart the machine` };
}

function explainedGrab(path: string, errno: number): Refusal {
  if (errno === EBUSY) {
    const message = `${path} is taken by another program (fuser -v ${path} names it); stop that, a button has one master`;
    return { ok: false, code: 'taken', message };
  }
  return { ok: false, code: 'unable', message: `${path} is no input device (errno ${errno}); correct path` };
}

/** The keys and switches of a device that are active; undefined: it is gone, or no input device. */
function stateOf(fd: number, kernel: EvdevKernel): ((control: Control) => boolean) | undefined {
  const asked = ({ request, bytes }: typeof EVIOC.getKeys | typeof EVIOC.getSwitches) => {
    const bits = new Uint8Array(bytes);
    return kernel.ioctl(fd, request, bits) < 0 ? undefined : bits;
  };
  const [keys, switches] = [asked(EVIOC.getKeys), asked(EVIOC.getSwitches)];
  if (!keys || !switches) return undefined;
  return ({ type, code }) => bitOf(type === 'key' ? keys : switches, code);
}

/** How a key or switch is. `free`: it is a fault if somebody has the device; else it is left to whoever has it. */
export function lookAtKey(
  { path, control, free }: { readonly path: string; readonly control: Control; readonly free: boolean },
  kernel: EvdevKernel,
): Opened<{ readonly active: boolean }> {
  const opened = openNode(path, kernel);
  if (!opened.ok) return opened;
  try {
    const errno = free ? -kernel.ioctl(opened.device, EVIOC.grab, new Uint8Array(4)) : 0;
    if (errno > 0) return explainedGrab(path, errno);
    const state = stateOf(opened.device, kernel);
    return state ? { ok: true, device: { active: state(control) } } : explainedGrab(path, ENOTTY);
  } finally {
    kernel.close(opened.device);
  }
}

class OpenDevice {
  readonly #fd: number;
  readonly #kernel: EvdevKernel;
  readonly #ended = new AbortController();
  readonly #keys = new Set<Key>();
  /** After an overrun, until the events are whole again. */
  #stale = false;

  constructor(fd: number, kernel: EvdevKernel, closed: () => void) {
    this.#fd = fd;
    this.#kernel = kernel;
    void this.#listen().finally(closed);
  }

  /** Undefined: the device is gone. */
  hold(control: Control): HeldKey | undefined {
    const state = this.#look();
    if (!state || this.#ended.signal.aborted) return undefined;
    const key = new Key(control, state(control), () => {
      this.#keys.delete(key);
      if (this.#keys.size === 0) this.#ended.abort();
    });
    this.#keys.add(key);
    return key;
  }

  async #listen(): Promise<void> {
    const polling = { bytes: EVENT_BYTES * EVENTS_READ, quietMs: LOOK_MS, signal: this.#ended.signal };
    for await (const read of polledReads(this.#fd, polling)) {
      if (read !== 'quiet') for (const event of readInputEvents(read)) this.#heed(event);
      else if (!this.#look()) break;
    }
    this.#ended.abort();
    // With the descriptor the others have it back.
    this.#kernel.close(this.#fd);
    for (const key of this.#keys) key.end();
  }

  #heed(event: InputEvent): void {
    if (event.what === 'dropped') this.#stale = true;
    else if (event.what === 'report' && this.#stale) {
      this.#stale = false;
      this.#look();
    } else if (event.what === 'change' && !this.#stale) {
      for (const key of this.#keys) key.heed(event);
    }
  }

  /** Asks for the state. What waited to be read is forgotten by that, so every key is told. */
  #look(): ((control: Control) => boolean) | undefined {
    const state = stateOf(this.#fd, this.#kernel);
    if (state) for (const key of this.#keys) key.set(state(key.control), undefined);
    return state;
  }
}

class Key implements HeldKey {
  readonly control: Control;
  readonly active: boolean;
  readonly close: () => void;
  readonly #waiting: KeyChange[] = [];
  #now: boolean;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(control: Control, active: boolean, close: () => void) {
    this.control = control;
    this.active = active;
    this.#now = active;
    this.close = close;
  }

  heed({ control, active, stampMs }: Extract<InputEvent, { what: 'change' }>): void {
    if (control.type === this.control.type && control.code === this.control.code) this.set(active, stampMs);
  }

  set(active: boolean, stampMs: number | undefined): void {
    if (active === this.#now) return;
    this.#now = active;
    // Changes alternate: without the two oldest they still do, and the last one is the truth.
    if (this.#waiting.length >= WAITING_MAX) this.#waiting.splice(0, 2);
    this.#waiting.push({ active, stampMs });
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(signal: AbortSignal): Promise<KeyChange | undefined> {
    if (this.#waiting.length === 0 && !this.#ended && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
      await promise;
      signal.removeEventListener('abort', wake);
    }
    return signal.aborted ? undefined : this.#waiting.shift();
  }
}
