// Time that passes when a test says so: calls come in the order they are due, each at its own moment.

import type { Timers } from '../../src/indicators/player.ts';

export interface VirtualTimers extends Timers {
  /** Lets so many milliseconds pass. */
  pass(ms: number): void;
  /** How many calls are waiting. */
  waiting(): number;
}

export function virtualTimers(): VirtualTimers {
  let nowMs = 0;
  let waiting: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    now: () => nowMs,
    after(ms, then) {
      const call = { atMs: nowMs + ms, run: then };
      waiting.push(call);
      return () => void (waiting = waiting.filter((other) => other !== call));
    },
    pass(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = waiting.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (!due) break;
        waiting = waiting.filter((other) => other !== due);
        nowMs = due.atMs;
        due.run();
      }
      nowMs = endMs;
    },
    waiting: () => waiting.length,
  };
}
