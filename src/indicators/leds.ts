// Lamps, buzzer and relay as LEDs of the kernel (dtoverlay=gpio-led). The kernel itself ends the relay's pulse, so a daemon
// that dies at any moment leaves no open gate: the recommended way to drive a relay.
//
// What outlives the daemon must be true without it: the fault lamp is left to the kernel, "ready" and "pass" never are.

import type { Sysfs } from '../system/sysfs.ts';
import { type Drive, DriveError, type DriveKind } from './drive.ts';
import { Led, PulsedLed } from './led.ts';
import type { Timers } from './player.ts';

export interface LedOptions {
  readonly green: { readonly label: string };
  readonly red: { readonly label: string };
  /** An active buzzer: on and off are all that a LED does. */
  readonly buzzer?: { readonly label: string } | undefined;
  readonly relay?: { readonly label: string; readonly pulseMs: number } | undefined;
}

export function ledsKind(options: LedOptions, files: Sysfs): DriveKind {
  return { open: (timers) => openLeds(options, files, timers), sounder: options.buzzer ? 'active' : 'none' };
}

/** Whether every LED is there and may be written, without writing any. */
export function lookAtLeds({ green, red, buzzer, relay }: LedOptions, files: Sysfs) {
  const labels = [green, red, buzzer, relay].flatMap((led) => led?.label ?? []);
  try {
    for (const label of labels) new Led(label, files).look();
    return { ok: true as const, what: `/sys/class/leds: ${labels.join(', ')}` };
  } catch (error) {
    if (error instanceof DriveError) return { ok: false as const, code: error.code, message: error.message };
    throw error;
  }
}

/** @throws DriveError where a label is missing, or may not be written */
function openLeds({ green, red, buzzer, relay }: LedOptions, files: Sysfs, timers: Timers): Drive {
  const lamps = { green: new Led(green.label, files), red: new Led(red.label, files) };
  const sounder = buzzer && new Led(buzzer.label, files);
  const pulse = relay && new PulsedLed(new Led(relay.label, files), relay.pulseMs, timers);
  const all = [lamps.green, lamps.red, ...(sounder ? [sounder] : [])];
  for (const led of all) led.off();
  pulse?.prepare();
  return {
    kernelBlinks: lamps.red.tryBlink(),
    set: (levels) => {
      lamps.green.set(levels.green);
      if (levels.redBlink) lamps.red.blink(levels.redBlink);
      else lamps.red.set(levels.red);
      sounder?.set(levels.sound > 0);
    },
    pulse: () => pulse?.fire(),
    check: () => {
      for (const led of all) led.look();
      pulse?.led.look();
    },
    close: () => {
      pulse?.forget();
      for (const led of all) led.offIfThere();
    },
  };
}
