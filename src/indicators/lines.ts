// Lamps, buzzer and relay on lines that this process holds, whichever interface of the kernel gave them. The relay's pulse is
// timed by this process: a daemon that is killed in the middle of it can't end it. Where that matters use kind `leds`.

import type { Attempt, HeldLines, WantedLine } from '../system/gpio.ts';
import { type Drive, DriveError, type DriveKind } from './drive.ts';
import { DARK, type Timers } from './player.ts';
import { attendTone, isTone, type ToneOptions, type ToneSystem } from './tone.ts';

export interface LineOutputs<Line extends WantedLine> {
  /** The chip's label, or a path where the interface has one. */
  readonly chip: string;
  readonly green: Line;
  readonly red: Line;
  /** `active` has its own tone; `passive` gets one by PWM or beeper, or on a line the rhythm alone. */
  readonly buzzer?: (Line & { readonly kind: 'active' | 'passive' }) | ToneOptions | undefined;
  readonly relay?: (Line & { readonly pulseMs: number }) | undefined;
}

/** How one interface takes lines, all inactive. */
export type Hold<Line extends WantedLine> = (wanted: {
  readonly chip: string;
  readonly lines: readonly Line[];
}) => Attempt<{ readonly lines: HeldLines }>;

export function linesKind<Line extends WantedLine>(outputs: LineOutputs<Line>, hold: Hold<Line>, tones: ToneSystem): DriveKind {
  const { buzzer } = outputs;
  const sounder = buzzer === undefined ? 'none' : isTone(buzzer) ? 'passive' : buzzer.kind;
  return { open: (timers) => openLines({ outputs, hold, tones }, timers), sounder };
}

/** The lines of a configuration, in the order in which they are held. */
export function linesOf<Line extends WantedLine>({ green, red, buzzer, relay }: LineOutputs<Line>): Line[] {
  return [green, red, ...(buzzer === undefined || isTone(buzzer) ? [] : [buzzer]), ...(relay ? [relay] : [])];
}

interface Plan<Line extends WantedLine> {
  readonly outputs: LineOutputs<Line>;
  readonly hold: Hold<Line>;
  readonly tones: ToneSystem;
}

/** @throws DriveError with the cure, where a line can't be had */
function openLines<Line extends WantedLine>({ outputs, hold, tones }: Plan<Line>, timers: Timers): Drive {
  const { chip, buzzer, relay } = outputs;
  const held = hold({ chip, lines: linesOf(outputs) });
  if (!held.ok) throw new DriveError(held.code, held.message);
  const tone = attendTone(isTone(buzzer) ? buzzer : undefined, tones);
  const sounds = buzzer !== undefined && !isTone(buzzer);
  let levels = DARK;
  let shut: (() => void) | undefined;
  let shutAtMs = 0;
  const write = () => {
    const sound = sounds ? [levels.sound > 0] : [];
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
    pulse: (ms = relay?.pulseMs ?? 0) => {
      if (!relay) return;
      shutAtMs = Math.max(shut ? shutAtMs : 0, timers.now() + ms);
      shut?.();
      shut = timers.after(shutAtMs - timers.now(), () => {
        shut = undefined;
        write();
      });
      writeOrFail();
    },
    check: () => {
      writeOrFail();
      tone?.look();
    },
    trouble: () => tone?.trouble,
    close: () => {
      shut?.();
      shut = undefined;
      tone?.close();
      held.lines.close();
    },
  };
}
