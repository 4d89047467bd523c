// A passive buzzer through a beeper of the kernel (dtoverlay=pwm-beeper, or a PC's speaker): tones are events written to its input
// device, which is found by name. A killed daemon's tone goes on until the next one opens the beeper: the kernel ends it at the last
// close, but its own console keeps every beeper open.
//
// struct input_event on 64-bit machines, 24 bytes, little-endian (linux/input.h); the kernel ignores the time of a written one:
//
//   0 i64 seconds | 8 i64 microseconds | 16 u16 type (EV_SND 0x12) | 18 u16 code (SND_TONE 2) | 20 i32 value (Hz, 0: silence)
//
// class/input/event<n>/device/name, .../capabilities/snd: hexadecimal, bit 2 = SND_TONE. Source: drivers/input/misc/pwm-beeper.c.

import { accessSync, closeSync, constants, openSync, writeSync } from 'node:fs';

import { type Sysfs, systemCode } from '../system/sysfs.ts';
import { DriveError } from './drive.ts';
import type { Tone } from './tone.ts';

/** Input devices as files below /dev/input; errors are the file system's, with `code`. */
export interface EventDevices {
  readonly open: (path: string) => number;
  readonly write: (fd: number, bytes: Uint8Array) => void;
  readonly close: (fd: number) => void;
  /** Throws what opening would. */
  readonly mayOpen: (path: string) => void;
}

const LINUX_EVENTS: EventDevices = {
  open: (path) => openSync(path, constants.O_WRONLY),
  write: (fd, bytes) => void writeSync(fd, bytes),
  close: closeSync,
  mayOpen: (path) => accessSync(path, constants.W_OK),
};

const EVENT_BYTES = 24;
const EV_SND = 0x12;
const SND_TONE = 2;

/** Opens the beeper of that name, silent. @throws DriveError with the cure */
export function openBeeper(name: string, files: Sysfs, events: EventDevices = LINUX_EVENTS): Tone {
  const path = findBeeper(name, files);
  const fd = asked(`open ${path}`, () => events.open(path));
  let playing = -1;
  const set = (hz: number) => {
    if (hz === playing) return;
    asked(`sound ${name} (${path})`, () => events.write(fd, toneEvent(hz)));
    playing = hz;
  };
  const close = () => {
    try {
      set(0);
    } catch {
      // Gone, and with it its sound.
    }
    events.close(fd);
  };
  try {
    set(0);
  } catch (error) {
    events.close(fd);
    throw error;
  }
  return { set, close };
}

/** Where the beeper is, for people. @throws DriveError where it is not, or may not be opened */
export function lookAtBeeper(name: string, files: Sysfs, events: EventDevices = LINUX_EVENTS): string {
  const path = findBeeper(name, files);
  asked(`open ${path}`, () => events.mayOpen(path));
  return `${name} (${path})`;
}

function toneEvent(hz: number): Uint8Array {
  const bytes = new Uint8Array(EVENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(16, EV_SND, true);
  view.setUint16(18, SND_TONE, true);
  view.setInt32(20, hz, true);
  return bytes;
}

/** Numbers of input devices depend on the order in which they appeared: only the name stays. */
function findBeeper(wanted: string, files: Sysfs): string {
  const beepers: string[] = [];
  let toneless = false;
  for (const event of listOf(files)) {
    const name = textOf(files, `${event}/device/name`);
    // Long bitmaps are several words, the lowest one last.
    const sounds = Number.parseInt(textOf(files, `${event}/device/capabilities/snd`).split(' ').at(-1) ?? '', 16) || 0;
    if ((sounds & (1 << SND_TONE)) !== 0) {
      if (name === wanted) return `/dev/input/${event}`;
      beepers.push(name);
    } else if (name === wanted) toneless = true;
  }
  if (toneless) throw new DriveError('unable', `the input device ${wanted} makes no tones; correct indicator.buzzer.beeper`);
  const there = beepers.length === 0 ? 'this machine shows no beeper' : `there are: ${beepers.join(', ')}`;
  throw new DriveError(
    'absent',
    `no beeper is named ${wanted}; ${there}; add dtoverlay=pwm-beeper, or correct indicator.buzzer.beeper`,
  );
}

function listOf(files: Sysfs): readonly string[] {
  try {
    return files.list('class/input').filter((entry) => /^event[0-9]+$/u.test(entry));
  } catch {
    return [];
  }
}

/** Empty where the device went away meanwhile. */
function textOf(files: Sysfs, path: string): string {
  try {
    return files.read(`class/input/${path}`);
  } catch {
    return '';
  }
}

function asked<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new DriveError('no-permission', `no permission to ${what}; add the user this runs as to group input and restart`);
    }
    if (code === 'ENODEV' || code === 'ENOENT' || code === 'ENXIO') {
      throw new DriveError('absent', `could not ${what} (${code}): it is gone; plug it in again, or check dtoverlay=pwm-beeper`);
    }
    throw new DriveError('failed', `could not ${what} (${code}); restart the machine if it stays so`);
  }
}
