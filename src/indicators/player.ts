// Plays rows of the pattern table on lamps and a buzzer: new feedback pre-empts, an alarm that it cut off begins again after it, and
// what lasts (ready, fault) comes back after all. Never waits, never throws, and keeps no process alive.

import type { Feedback, Signal } from '../admission/feedback.ts';
import type { Notice } from '../admission/notice.ts';
import type { PatternTable } from './patterns.ts';
import { evenBlink, lampLevels, type Level, type Sounder, soundLevels } from './schedule.ts';

/** What the outputs are at one moment. */
export interface Levels {
  readonly green: boolean;
  readonly red: boolean;
  /** The red lamp blinks evenly until told otherwise; who can't leave that to the kernel follows `red`. */
  readonly redBlink?: { readonly onMs: number; readonly offMs: number } | undefined;
  /** 0: silence; else Hz, or 1 for an active buzzer. */
  readonly sound: number;
}

export const DARK: Levels = { green: false, red: false, sound: 0 };

/** Milliseconds that never jump, and a call after some of them; the answer cancels it. */
export interface Timers {
  readonly now: () => number;
  readonly after: (ms: number, then: () => void) => () => void;
}

/** Timers that do not keep the process alive: a gate that is told to stop does not wait for a lamp. */
export const SYSTEM_TIMERS: Timers = {
  now: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  },
};

export interface PlayerOptions {
  readonly patterns: PatternTable;
  readonly sounder: Sounder;
  /** Asked before each sound, so that a fault of the evening is silent at night and heard in the morning. */
  readonly quiet: () => boolean;
  /** Whether the kernel blinks the red lamp, so that its timed levels are not needed; asked at the start of each row. */
  readonly kernelBlinks: () => boolean;
  /** Gets every change; must not throw. */
  readonly apply: (levels: Levels) => void;
  readonly timers: Timers;
}

type Output = 'green' | 'red' | 'sound';

type Announced = Pick<Notice, 'signal' | 'urgency'>;

/** A notice that had to wait for longer is stale. */
const STALE_MS = 60_000;

export class Player {
  readonly #options: PlayerOptions;
  #levels: Levels = DARK;
  #resting: 'ready' | 'fault' | undefined;
  /** Cancels of the outputs that still move; empty: everything of the row was shown. */
  readonly #moving = new Map<Output, () => void>();
  #showing = false;
  /** The notice that is being shown, and the one that is yet to be. */
  #notice: (Announced & { readonly sinceMs: number }) | undefined;
  #waiting: (Announced & { readonly sinceMs: number }) | undefined;
  /** When the sound of the lasting signal is due again. */
  #soundDueMs = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  get levels(): Levels {
    return this.#levels;
  }

  /** Shows a verdict's row from its beginning; a repeat is the first lamp again with the soft sound. */
  show({ signal, repeated }: Pick<Feedback, 'signal' | 'repeated'>): void {
    this.#putOff();
    this.#play(signal, repeated ? 'repeat' : signal);
  }

  /** What is no answer to a scan, as urgent as it is. */
  announce({ signal, urgency }: Announced): void {
    const notice = { signal, urgency, sinceMs: this.#options.timers.now() };
    if (urgency === 'later' && this.#showing) {
      if (this.#waiting?.urgency !== 'alarm') this.#waiting = notice;
      return;
    }
    this.#putOff();
    this.#notice = notice;
    this.#play(signal, signal);
  }

  /** What is shown when nothing else is; the same again changes nothing. */
  rest(condition: 'ready' | 'fault'): void {
    if (condition === this.#resting) return;
    this.#resting = condition;
    this.#soundDueMs = 0;
    if (!this.#showing) this.#rest();
  }

  /** The outputs are back, and may be others: what lasts begins anew on them; a verdict that is being shown goes on. */
  resume(): void {
    if (!this.#showing) this.#rest();
  }

  /** Dark and silent; nothing moves any more. */
  stop(): void {
    this.#halt();
    this.#showing = false;
    [this.#notice, this.#waiting] = [undefined, undefined];
    this.#resting = undefined;
    this.#change(DARK);
  }

  #rest(): void {
    if (this.#resting === undefined) return this.#change(DARK);
    const { timers, patterns } = this.#options;
    const restMs = Math.max(0, this.#soundDueMs - timers.now());
    this.#soundDueMs = timers.now() + (restMs || (patterns[this.#resting].soundEveryMs ?? 0));
    this.#start(this.#resting, this.#resting, restMs);
  }

  #play(lamps: Signal, sound: Signal): void {
    this.#showing = true;
    this.#start(lamps, sound, 0);
    this.#settle();
  }

  /** What is being shown makes way; an alarm, and what may wait, come again after it. */
  #putOff(): void {
    const notice = this.#notice;
    this.#notice = undefined;
    if (notice && notice.urgency !== 'now' && this.#waiting?.urgency !== 'alarm') this.#waiting = notice;
  }

  #start(lamps: Signal, sound: Signal, restMs: number): void {
    const { patterns, sounder, kernelBlinks } = this.#options;
    this.#halt();
    const { green, red } = patterns[lamps];
    const redBlink = kernelBlinks() ? evenBlink(red) : undefined;
    // One change for all that begins at once, so that lamps do not flicker from row to row.
    const tracks: [Output, Iterator<Level, void>][] = [
      ['green', lampLevels(green)],
      ['red', redBlink ? [[1, undefined] as const].values() : lampLevels(red)],
      ['sound', soundLevels(patterns[sound], sounder, restMs)],
    ];
    let first: Levels = { ...DARK, redBlink };
    for (const [output, levels] of tracks) {
      const [level, ms] = levels.next().value ?? [0, undefined];
      first = withLevel(first, output, this.#heard(output, level));
      this.#later(output, levels, this.#options.timers.now(), ms);
    }
    this.#change(first);
  }

  /** By the time it was due, not by the time it was served: a blink does not drift. */
  #later(output: Output, levels: Iterator<Level, void>, sinceMs: number, ms: number | undefined): void {
    if (ms === undefined) {
      this.#moving.delete(output);
      return;
    }
    const { timers } = this.#options;
    const dueMs = sinceMs + ms;
    const cancel = timers.after(Math.max(0, dueMs - timers.now()), () => {
      const [level, nextMs] = levels.next().value ?? [0, undefined];
      if (output === 'sound' && level > 0 && !this.#showing) this.#sounded();
      this.#change(withLevel(this.#levels, output, this.#heard(output, level)));
      // After a stall of the whole process the rhythm begins anew instead of catching up in a flurry.
      this.#later(output, levels, Math.max(dueMs, timers.now() - LATE_MS), nextMs);
      this.#settle();
    });
    this.#moving.set(output, cancel);
  }

  #heard(output: Output, level: number): number {
    return output === 'sound' && level > 0 && this.#options.quiet() ? 0 : level;
  }

  #sounded(): void {
    const everyMs = this.#resting && this.#options.patterns[this.#resting].soundEveryMs;
    this.#soundDueMs = this.#options.timers.now() + (everyMs ?? 0);
  }

  /** Everything was shown: what waited comes, else what lasts comes back. */
  #settle(): void {
    if (!this.#showing || this.#moving.size > 0) return;
    const next = this.#waiting;
    [this.#notice, this.#waiting] = [undefined, undefined];
    if (next && this.#options.timers.now() - next.sinceMs < STALE_MS) {
      this.#notice = next;
      return this.#play(next.signal, next.signal);
    }
    this.#showing = false;
    this.#rest();
  }

  #halt(): void {
    for (const cancel of this.#moving.values()) cancel();
    this.#moving.clear();
  }

  #change(levels: Levels): void {
    const { green, red, redBlink, sound } = this.#levels;
    const same = levels.green === green && levels.red === red && levels.sound === sound && levels.redBlink === redBlink;
    this.#levels = levels;
    if (!same) this.#options.apply(levels);
  }
}

/** How late a step may be and still be followed by the next one in time. */
const LATE_MS = 50;

function withLevel(levels: Levels, output: Output, level: number): Levels {
  return { ...levels, [output]: output === 'sound' ? level : level === 1 };
}
