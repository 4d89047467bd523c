// The kernel's LED class as far as the daemon uses it, after drivers/leds/led-core.c and ledtrig-{oneshot,timer}.c: a trigger
// makes its own files, brightness 0 ends it, a oneshot is deaf while it runs, and a delay_off of 0 is "on for ever". Writing
// `invert` sets the light at once and leaves the timer: where a pulse runs, that begins another one at its end.

import type { Sysfs } from '../../src/system/sysfs.ts';
import type { VirtualTimers } from './virtual-timers.ts';

const TRIGGERS = ['none', 'oneshot', 'timer'];
const FILES: Readonly<Record<string, readonly string[]>> = {
  none: [],
  oneshot: ['delay_on', 'delay_off', 'invert', 'shot'],
  timer: ['delay_on', 'delay_off'],
};

export interface LedClass extends Sysfs {
  /** `[ms, label, on]` of each change of light. */
  readonly seen: [number, string, boolean][];
  lit(label: string): boolean;
  unplug(label: string): void;
  plug(label: string): void;
  /** Files named `label/file` are the kernel's owner's alone. */
  readonly locked: Set<string>;
}

interface Led {
  trigger: string;
  files: Record<string, string>;
  on: boolean;
  /** A oneshot's timer is set. */
  busy: boolean;
  cancel: () => void;
}

function failing(code: string): never {
  throw Object.assign(new Error(code), { code });
}

/** `lateMs`: what the kernel is late with the end of a oneshot's pulse. */
export function ledClass(labels: readonly string[], timers: VirtualTimers, { lateMs = 0 } = {}): LedClass {
  const fresh = (): Led => ({ trigger: 'none', files: {}, on: false, busy: false, cancel: () => undefined });
  const leds = new Map(labels.map((label) => [label, fresh()]));
  const seen: [number, string, boolean][] = [];
  const locked = new Set<string>();
  const light = (label: string, led: Led, on: boolean) => {
    if (led.on !== on) seen.push([timers.now(), label, on]);
    led.on = on;
  };
  const setTrigger = (label: string, led: Led, name: string) => {
    led.cancel();
    led.busy = false;
    if (led.trigger !== 'none' || name === 'none') light(label, led, false);
    led.trigger = name;
    led.files = Object.fromEntries((FILES[name] ?? []).map((file) => [file, file === 'invert' ? '0' : '100']));
    if (name === 'timer') blink(label, led);
  };
  const blink = (label: string, led: Led) => {
    led.cancel();
    light(label, led, true);
    led.cancel = timers.after(Number(led.files['delay_on']), () => {
      light(label, led, false);
      led.cancel = timers.after(Number(led.files['delay_off']), () => blink(label, led));
    });
  };
  const shoot = (label: string, led: Led) => {
    if (led.busy) return;
    if (led.files['delay_on'] === '0' || led.files['delay_off'] === '0') return light(label, led, led.files['delay_on'] !== '0');
    led.busy = true;
    tick(label, led, false);
  };
  /** led_timer_function: on where it is dark, dark where it is on, and over after that. */
  const tick = (label: string, led: Led, over: boolean) => {
    if (over) {
      led.busy = false;
      return;
    }
    const ends = led.on;
    light(label, led, !led.on);
    const ms = ends ? Number(led.files['delay_off']) : Number(led.files['delay_on']) + lateMs;
    led.cancel = timers.after(ms, () => tick(label, led, ends));
  };
  const find = (path: string) => {
    const [, , label = '', file = ''] = path.split('/');
    const led = leds.get(label) ?? failing('ENOENT');
    if (!['trigger', 'brightness', 'max_brightness', ...Object.keys(led.files)].includes(file)) failing('ENOENT');
    return { label, led, file };
  };
  const writable = (path: string) => {
    const found = find(path);
    if (locked.has(`${found.label}/${found.file}`)) failing('EACCES');
    return found;
  };
  return {
    seen,
    locked,
    lit: (label) => leds.get(label)?.on ?? false,
    unplug: (label) => void leds.delete(label),
    plug: (label) => void leds.set(label, fresh()),
    list: () => [...leds.keys()].toSorted(),
    mayWrite: (path) => void writable(path),
    read: (path) => {
      const { led, file } = find(path);
      if (file === 'max_brightness') return '255';
      if (file === 'brightness') return led.on ? '255' : '0';
      return file === 'trigger'
        ? TRIGGERS.map((name) => (name === led.trigger ? `[${name}]` : name)).join(' ')
        : (led.files[file] ?? '');
    },
    write: (path, text) => {
      const { label, led, file } = writable(path);
      if (file === 'trigger') return TRIGGERS.includes(text) ? setTrigger(label, led, text) : failing('EINVAL');
      if (file === 'shot') return shoot(label, led);
      if (file !== 'brightness') {
        led.files[file] = text;
        if (file === 'invert') light(label, led, text !== '0');
        if (led.trigger === 'timer') blink(label, led);
        return undefined;
      }
      if (text === '0') setTrigger(label, led, 'none');
      return light(label, led, text !== '0');
    },
  };
}
