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

/** A tone that comes and goes: the lamps and the gate go on without it. */
export interface AttendedTone {
  /** Sounds where it can; never throws. */
  set(hz: number): void;
  /** Tries again where it was lost. */
  look(): void;
  /** Why there is no sound at the moment, and the cure. */
  readonly trouble: string | undefined;
  close(): void;
}

/** Takes what makes the tones, where it is there; nothing where none is configured. */
export function attendTone(options: ToneOptions | undefined, system: ToneSystem): AttendedTone | undefined {
  if (options === undefined) return undefined;
  let tone: Tone | undefined;
  let trouble: string | undefined;
  const lose = (error: unknown): void => {
    if (!(error instanceof DriveError)) throw error;
    trouble = error.message;
    tone?.close();
    tone = undefined;
  };
  const look = (): void => {
    if (tone) return;
    try {
      tone = openTone(options, system);
      trouble = undefined;
    } catch (error) {
      lose(error);
    }
  };
  look();
  return {
    set: (hz) => {
      try {
        tone?.set(hz);
      } catch (error) {
        lose(error);
      }
    },
    look,
    get trouble() {
      return trouble;
    },
    close: () => tone?.close(),
  };
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
