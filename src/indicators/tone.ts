// What gives a passive buzzer its pitch: a PWM channel, or the kernel's beeper on one. Either may sound beside any kind of lamps.

import type { Sysfs } from '../system/sysfs.ts';
import { type EventDevices, lookAtBeeper, openBeeper } from './beeper.ts';
import { DriveError } from './drive.ts';
import { lookAtPwm, openPwm, type PwmOptions } from './pwm.ts';

export interface Tone {
  /** 0: silence; else Hz. @throws DriveError */
  set(hz: number): void;
  /** Silence; never throws. */
  close(): void;
}

export type ToneOptions = { readonly pwm: PwmOptions } | { readonly beeper: string };

export interface ToneSystem {
  readonly files: Sysfs;
  readonly events?: EventDevices;
}

/** Takes what makes the tones, silent. @throws DriveError */
function openTone(options: ToneOptions, { files, events }: ToneSystem): Tone {
  return 'pwm' in options ? openPwm(options.pwm, files) : openBeeper(options.beeper, files, events);
}

/** The same beside outputs that are held already: where there is no tone they are released. @throws DriveError */
export function openToneBeside(options: ToneOptions | undefined, system: ToneSystem, release: () => void): Tone | undefined {
  try {
    return options && openTone(options, system);
  } catch (error) {
    release();
    throw error;
  }
}

/** Whether a buzzer with these keys is given its tone; else it is a line or a LED. */
export function isTone(buzzer: object | undefined): buzzer is ToneOptions {
  return buzzer !== undefined && ('pwm' in buzzer || 'beeper' in buzzer);
}

/** Whether it is there and may be written, without a sound. */
export function lookAtTone(options: ToneOptions, files: Sysfs) {
  try {
    const what = 'pwm' in options ? lookAtPwm(options.pwm, files) : lookAtBeeper(options.beeper, files);
    return { ok: true as const, what };
  } catch (error) {
    if (error instanceof DriveError) return { ok: false as const, code: error.code, message: error.message };
    throw error;
  }
}
