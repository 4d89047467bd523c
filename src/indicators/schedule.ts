// A row of the pattern table as the levels one output takes, each with how long it stays: lists that a test can read, and the
// only place that knows what everyMs, forMs and soundEveryMs mean. Pure.

import type { Lamp, Pattern, Step } from './patterns.ts';

/**
 * A level (lamp: 0 or 1; sound: 0 for silence, else Hz, or 1 for an active buzzer) and its milliseconds; undefined: it stays
 * until pre-empted, and is the last one.
 */
export type Level = readonly [level: number, ms: number | undefined];

/** What makes the sound: one that has its own tone, one that is given a tone, or none (also: quiet hours). */
export type Sounder = 'active' | 'passive' | 'none';

const DARK: Lamp = { steps: [] };

/** The levels of a lamp in turn; a lamp the row does not name is off. Endless where the steps start again for ever. */
export function* lampLevels(lamp: Lamp | undefined): Generator<Level, void> {
  const { steps, everyMs, forMs = Number.POSITIVE_INFINITY } = lamp ?? DARK;
  let leftMs = forMs;
  for (;;) {
    for (const [level, ms] of round(steps, everyMs)) {
      yield [level, Math.min(ms, leftMs)];
      leftMs -= ms;
      if (leftMs <= 0) break;
    }
    if (everyMs === undefined || leftMs <= 0) break;
  }
  yield [0, undefined];
}

/**
 * The levels of the buzzer in turn. `restMs` of silence come first: a signal that lasts sounds each `soundEveryMs` also when
 * it was pre-empted in between, and not after every scan.
 */
export function* soundLevels(pattern: Pattern, sounder: Sounder, restMs = 0): Generator<Level, void> {
  const steps = (sounder === 'none' ? undefined : pattern[sounder]) ?? [];
  const everyMs = steps.length === 0 ? undefined : pattern.soundEveryMs;
  if (restMs > 0 && steps.length > 0) yield [0, restMs];
  for (;;) {
    yield* round(steps, everyMs);
    if (everyMs === undefined) break;
  }
  yield [0, undefined];
}

/** One round of steps: cut, or filled up with a pause, to `everyMs`. */
function* round(steps: readonly Step[], everyMs: number | undefined): Generator<readonly [number, number], void> {
  let leftMs = everyMs ?? Number.POSITIVE_INFINITY;
  for (const [level, ms] of steps) {
    if (leftMs <= 0) return;
    yield [level, Math.min(ms, leftMs)];
    leftMs -= ms;
  }
  if (everyMs !== undefined && leftMs > 0) yield [0, leftMs];
}

/** On and off times of a lamp that blinks evenly for ever, as a kernel can do alone; undefined for any other. */
export function evenBlink(lamp: Lamp | undefined): { readonly onMs: number; readonly offMs: number } | undefined {
  if (lamp?.everyMs === undefined || lamp.forMs !== undefined) return undefined;
  const [first, second, ...more] = [...round(lamp.steps, lamp.everyMs)];
  if (first?.[0] !== 1 || second?.[0] !== 0 || more.length > 0) return undefined;
  return { onMs: first[1], offMs: second[1] };
}

/** Quiet hours in the site's local time, `HH:MM`; `from` counts as quiet, `to` does not; `to` before `from` crosses midnight. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** Whether it is quiet at `time` (`HH:MM`). The same `from` and `to` mean the whole day. */
export function isQuiet({ from, to }: QuietHours, time: string): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/** How long a row is shown and heard, in milliseconds; undefined: for ever. */
export function durationMs(pattern: Pattern): number | undefined {
  if (pattern.soundEveryMs !== undefined) return undefined;
  const total = (levels: Iterable<Level>): number | undefined => {
    let ms = 0;
    for (const [, forMs] of levels) ms += forMs ?? 0;
    return ms;
  };
  const lamps = [pattern.green, pattern.red].map((lamp) =>
    lamp?.everyMs !== undefined && lamp.forMs === undefined ? undefined : total(lampLevels(lamp)),
  );
  const sounds = (['active', 'passive'] as const).map((sounder) => total(soundLevels(pattern, sounder)));
  return [...lamps, ...sounds].reduce<number | undefined>(
    (most, ms) => (most === undefined || ms === undefined ? undefined : Math.max(most, ms)),
    0,
  );
}
