// A button or contact that the kernel reads itself and tells of as a key or switch of an input device (dtoverlay=gpio-key): found
// anew at every plugging-in, taken from the console, debounced by the kernel.

import type { InputChange } from '../admission/ports.ts';
import { keyCode } from '../system/key-codes.ts';
import { sysfs } from '../system/sysfs.ts';
import { type AttachedInput, attachInput, type InputDeps, instantAt } from './attached.ts';
import { chooseInputDevice, type InputDevice, type InputDeviceName, listInputDevices } from './evdev-devices.ts';
import type { Control } from './evdev-layout.ts';
import { EvdevDevices, type HeldKey, LINUX_EVDEV } from './evdev-open.ts';

/** `name` or `path`, and `key` or `switch`. */
export interface EvdevInputOptions extends InputDeviceName {
  readonly id: string;
  readonly key?: number | string | undefined;
  readonly switch?: number | undefined;
}

export interface EvdevInputDeps extends InputDeps {
  /** Default: what sysfs lists. */
  readonly list?: () => readonly InputDevice[];
  readonly devices?: EvdevDevices;
}

/** The devices that this process holds. */
const HELD = new EvdevDevices(LINUX_EVDEV);

export function evdevInput(options: EvdevInputOptions, deps: EvdevInputDeps): AttachedInput {
  const { id, name, path } = options;
  const { list = () => listInputDevices(sysfs()), devices = HELD, clock } = deps;
  const control = controlOf(options);
  return attachInput(
    id,
    {
      open: () => {
        const choice = chooseInputDevice(list(), options, control);
        return choice.ok ? devices.hold(choice.device.path, control) : choice;
      },
      read: (key, signal) => readKey(key, id, signal, clock),
      lost: `${path ?? `input device ${name}`} is gone: unplugged, or its driver was removed; plug it in again, it is taken again by itself`,
    },
    deps,
  );
}

/** What a configuration means by its key or switch. */
export function controlOf({ key, switch: number }: Pick<EvdevInputOptions, 'key' | 'switch'>): Control {
  // The configuration's schema knows no other names.
  return key === undefined ? { type: 'switch', code: number ?? 0 } : { type: 'key', code: keyCode(key) ?? 0 };
}

async function* readKey(
  key: HeldKey,
  input: string,
  signal: AbortSignal,
  clock: InputDeps['clock'],
): AsyncGenerator<InputChange, void> {
  try {
    yield { input, active: key.active, initial: true, instant: clock.read() };
    for (;;) {
      const change = await key.next(signal);
      if (!change) return;
      const now = clock.read();
      yield { input, active: change.active, instant: change.stampMs === undefined ? now : instantAt(change.stampMs, now) };
    }
  } finally {
    key.close();
  }
}
