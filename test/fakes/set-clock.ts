// A clock that a test sets: the real one's formatting and trust over readings that only change when the test says so.

import type { Clock, ClockState } from '../../src/admission/ports.ts';
import { systemClock } from '../../src/system/clock.ts';

export interface SetClock extends Clock {
  /** Lets time pass, on both clocks. */
  advance(ms: number): void;
  /** Sets the wall clock alone. */
  step(ms: number): void;
  /** What the kernel says from now on. */
  state: ClockState;
}

/** Shows `time` (RFC 3339) at a site in Vietnam; synchronised until the test says otherwise. */
export function setClock(time: string): SetClock {
  let [wallMs, monotonicMs] = [Date.parse(time), 1_000_000];
  const sources = {
    wallMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    state: (): ClockState => clock.state,
    boot: () => 'boot-of-the-test',
  };
  const clock: SetClock = {
    ...systemClock('Asia/Ho_Chi_Minh', sources),
    state: 'synchronised',
    step: (ms) => void (wallMs += ms),
    advance(ms) {
      wallMs += ms;
      monotonicMs += ms;
    },
  };
  return clock;
}
