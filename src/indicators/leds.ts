// Lamps, buzzer and relay as LEDs of the kernel (dtoverlay=gpio-led). The kernel itself ends the relay's pulse, so a daemon
// that dies at any moment leaves no open gate: the recommended way to drive a relay.
//
// What outlives the daemon must be true without it: the fault lamp is left to the kernel, "ready" and "pass" never are.

import type { Sysfs } from '../system/sysfs.ts';
import { type Drive, DriveError, type DriveKind } from './drive.ts';
import { Led, PulsedLed } from './led.ts';
import type { Timers } from './player.ts';
import { attendTone, isTone, type ToneOptions, type ToneSystem } from './tone.ts';

export interface LedOptions {
  readonly green: { readonly label: string };
  readonly red: { readonly label: string };
  /** An active buzzer as a LED: on and off are all that it does; or what gives a passive one its tones. */
  readonly buzzer?: { readonly label: string } | ToneOptions | undefined;
  readonly relay?: { readonly label: string; readonly pulseMs: number } | undefined;
}

export function ledsKind(options: LedOptions, system: ToneSystem): DriveKind {
  const { buzzer } = options;
  const sounder = buzzer === undefined ? 'none' : isTone(buzzer) ? 'passive' : 'active';
  return { open: (timers) => openLeds(options, system, timers), sounder };
}

/** Whether every LED is there and may be written, without writing any. */
export function lookAtLeds({ green, red, buzzer, relay }: LedOptions, files: Sysfs) {
  const labels = [green, red, isTone(buzzer) ? undefined : buzzer, relay].flatMap((led) => led?.label ?? []);
  try {
    for (const label of labels) new Led(label, files).look();
    return { ok: true as const, what: `/sys/class/leds: ${labels.join(', ')}` };
  } catch (error) {
    if (error instanceof DriveError) return { ok: false as const, code: error.code, message: error.message };
    throw error;
  }
}

/** @throws DriveError where a label is missing, or may not be written */
function openLeds({ green, red, buzzer, relay }: LedOptions, system: ToneSystem, timers: Timers): Drive {
  const { files } = system;
  const lamps = { green: new Led(green.label, files), red: new Led(red.label, files) };
  const sounder = buzzer === undefined || isTone(buzzer) ? undefined : new Led(buzzer.label, files);
  const pulse = relay && new PulsedLed(new Led(relay.label, files), relay.pulseMs, timers);
  const all = [lamps.green, lamps.red, ...(sounder ? [sounder] : [])];
  for (const led of all) led.off();
  pulse?.prepare();
  const kernelBlinks = lamps.red.tryBlink();
  const tone = attendTone(isTone(buzzer) ? buzzer : undefined, system);
  return {
    kernelBlinks,
    set: (levels) => {
      lamps.green.set(levels.green);
      if (levels.redBlink) lamps.red.blink(levels.redBlink);
      else lamps.red.set(levels.red);
      sounder?.set(levels.sound > 0);
      tone?.set(levels.sound);
    },
    pulse: (ms) => pulse?.fire(ms),
    check: () => {
      for (const led of all) led.look();
      pulse?.led.look();
      tone?.look();
    },
    trouble: () => tone?.trouble,
    close: () => {
      pulse?.forget();
      tone?.close();
      for (const led of all) led.offIfThere();
    },
  };
}
