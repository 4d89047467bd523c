// Lamps, buzzer and relay on lines of a GPIO chip. The relay's pulse is timed by this process: if it is killed in the middle,
// the line keeps whatever level the chip driver leaves it at. Where the gate must shut by itself use kind `leds`.

import { type GpioKernel, holdLines, LINUX_GPIO, type WantedLine } from '../system/gpio.ts';
import type { Sysfs } from '../system/sysfs.ts';
import { type Drive, DriveError, type DriveKind } from './drive.ts';
import { DARK, type Timers } from './player.ts';
import { openTone, type PwmOptions } from './pwm.ts';

export interface GpioChipOptions {
  /** A path (`/dev/gpiochip0`) or, better, the chip's label. */
  readonly chip: string;
  readonly green: WantedLine;
  readonly red: WantedLine;
  /** `active` has its own tone; `passive` gets one by PWM, or without PWM the rhythm alone on its line. */
  readonly buzzer?: (WantedLine & { readonly kind: 'active' | 'passive' }) | { readonly pwm: PwmOptions } | undefined;
  readonly relay?: (WantedLine & { readonly pulseMs: number }) | undefined;
}

/** What `gpioinfo` shows as the lines' user. */
export const CONSUMER = 'gate-reader';

export interface GpioChipSystem {
  readonly files: Sysfs;
  readonly kernel?: GpioKernel;
}

export function gpioChipKind(options: GpioChipOptions, system: GpioChipSystem): DriveKind {
  const { buzzer } = options;
  const sounder = buzzer === undefined ? 'none' : 'pwm' in buzzer ? 'passive' : buzzer.kind;
  return { open: (timers) => openLines(options, system, timers), sounder };
}

/** The lines of a configuration, in the order in which they are held. */
export function linesOf({ green, red, buzzer, relay }: GpioChipOptions): WantedLine[] {
  return [green, red, ...(buzzer && 'line' in buzzer ? [buzzer] : []), ...(relay ? [relay] : [])];
}

/** @throws DriveError with the cure, where a line or the PWM channel can't be had */
function openLines(options: GpioChipOptions, { files, kernel = LINUX_GPIO }: GpioChipSystem, timers: Timers): Drive {
  const { chip, buzzer, relay } = options;
  const wanted = linesOf(options);
  const held = holdLines({ chip, lines: wanted, consumer: CONSUMER }, kernel);
  if (!held.ok) throw new DriveError(held.code, held.message);
  const tone = toneOf(buzzer, files, () => held.lines.close());
  let levels = DARK;
  let shut: (() => void) | undefined;
  const write = () => {
    const sound = buzzer && 'line' in buzzer ? [levels.sound > 0] : [];
    const active = [levels.green, levels.red, ...sound, ...(relay ? [shut !== undefined] : [])];
    return held.lines.set(active);
  };
  const writeOrFail = () => {
    if (!write()) throw new DriveError('absent', `${chip} no longer takes levels: it was unplugged or its driver was removed`);
  };
  return {
    kernelBlinks: false,
    set: (next) => {
      levels = next;
      writeOrFail();
      tone?.set(next.sound);
    },
    pulse: () => {
      if (!relay) return;
      shut?.();
      shut = timers.after(relay.pulseMs, () => {
        shut = undefined;
        write();
      });
      writeOrFail();
    },
    check: writeOrFail,
    close: () => {
      shut?.();
      shut = undefined;
      tone?.close();
      held.lines.close();
    },
  };
}

function toneOf(buzzer: GpioChipOptions['buzzer'], files: Sysfs, release: () => void) {
  if (buzzer === undefined || !('pwm' in buzzer)) return undefined;
  try {
    return openTone(buzzer.pwm, files);
  } catch (error) {
    release();
    throw error;
  }
}
