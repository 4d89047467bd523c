// What a signal looks and sounds like, as the drivers of lamps and buzzers get it. The table is data, config/patterns.json.

import type { Signal } from '../admission/feedback.ts';

/** On (1) or off (0), or a tone in Hz (0: pause), and for how many milliseconds. */
export type Step = readonly [number, number];

export interface Lamp {
  readonly steps: readonly Step[];
  /** The steps start again that often, in milliseconds; absent: once. */
  readonly everyMs?: number | undefined;
  /** Until then; absent: until pre-empted. */
  readonly forMs?: number | undefined;
}

export interface Pattern {
  readonly green?: Lamp | undefined;
  readonly red?: Lamp | undefined;
  /** Passive buzzer: tones. */
  readonly passive?: readonly Step[] | undefined;
  /** Active buzzer: on and off. */
  readonly active?: readonly Step[] | undefined;
  readonly soundEveryMs?: number | undefined;
}

export type PatternTable = Readonly<Record<Signal, Pattern>>;
