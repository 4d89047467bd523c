// Which input devices of the kernel there are and which one a configuration means. Their numbers depend on the order in which they
// appeared, so they are found by name, or by a link that udev keeps. Reads sysfs; never throws.

import { realpathSync } from 'node:fs';
import type { Sysfs } from '../system/sysfs.ts';
import { capable, type Control } from './evdev-layout.ts';
import { deviceText } from '../system/device-text.ts';

export interface InputDevice {
  /** Now, e.g. /dev/input/event3. */
  readonly path: string;
  readonly name: string;
  has(control: Control): boolean;
}

/** How a configuration names a device; one of the two. */
export interface InputDeviceName {
  readonly name?: string | undefined;
  /** May be a link. */
  readonly path?: string | undefined;
}

export type InputChoice =
  | { readonly ok: true; readonly device: InputDevice }
  | { readonly ok: false; readonly code: 'absent' | 'ambiguous' | 'unable'; readonly message: string };

/** All event devices, sorted by number. */
export function listInputDevices(files: Sysfs, dev = '/dev'): InputDevice[] {
  const text = (path: string): string => {
    try {
      return files.read(`class/input/${path}`);
    } catch {
      return '';
    }
  };
  return eventsOf(files).map((event) => ({
    path: `${dev}/input/${event}`,
    name: deviceText(text(`${event}/device/name`)),
    has: ({ type, code }) => capable(text(`${event}/device/capabilities/${type === 'key' ? 'key' : 'sw'}`), code),
  }));
}

function eventsOf(files: Sysfs): string[] {
  try {
    return files
      .list('class/input')
      .filter((name) => /^event[0-9]+$/u.test(name))
      .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** The device that is meant; of several with one name the one that has the key or switch. */
export function chooseInputDevice(devices: readonly InputDevice[], wanted: InputDeviceName, control: Control): InputChoice {
  const what = wanted.path ?? `input device ${wanted.name}`;
  const target = wanted.path === undefined ? undefined : resolved(wanted.path);
  const meant = devices.filter(({ path, name }) => (target === undefined ? name === wanted.name : path === target));
  if (meant.length === 0) {
    const there = devices.map(({ path, name }) => `${name} (${path})`).join(', ') || 'none';
    return {
      ok: false,
      code: 'absent',
      message: `${what} is not there; there are: ${there}; plug it in, add its overlay (dtoverlay=gpio-key), or correct its name`,
    };
  }
  const [first, ...others] = meant.filter((device) => device.has(control));
  if (first === undefined) {
    const device = meant.map(({ path, name }) => `${name} (${path})`).join(', ');
    const message = `${device} has no ${control.type} ${control.code}; correct it, or the keycode in the overlay (evtest shows what a press sends)`;
    return { ok: false, code: 'unable', message };
  }
  if (others.length === 0) return { ok: true, device: first };
  const paths = [first, ...others].map(({ path }) => path).join(', ');
  const message = `${meant.length} input devices are named ${wanted.name} and have ${control.type} ${control.code}: ${paths}; name the one that is meant by its path, a link under /dev/input/by-path`;
  return { ok: false, code: 'ambiguous', message };
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
