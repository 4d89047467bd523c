// Who of those the gate opened for went through, by a turn sensor's pulses. Pure: next(awaited, event) gives who is awaited
// next and what came of the others. Openings that no sensor would confirm are nobody's to wait for.

import type { Opening } from './opening.ts';
import type { Direction } from './ports.ts';

/** A turn sensor that works now. */
export interface Turn {
  readonly input: string;
  /** The one way whose passages it sees; absent: both. */
  readonly direction?: Direction;
  readonly withinMs: number;
}

/** An opening whose passage is awaited. */
export interface Awaited {
  readonly opening: Opening;
  /** The sensor that waits longest for it. */
  readonly input: string;
  /** From then on it was not used. */
  readonly untilMs: number;
}

export type PassageEvent =
  | { readonly type: 'opened'; readonly opening: Opening }
  | { readonly type: 'turned'; readonly turn: Omit<Turn, 'withinMs'>; readonly atMs: number }
  | { readonly type: 'time'; readonly atMs: number }
  /** A sensor was lost, or is back after it was: what it would have seen is not known. */
  | { readonly type: 'lost'; readonly input: string };

export type PassageOutcome =
  | { readonly outcome: 'passed' | 'annulled'; readonly input: string; readonly opening: Opening }
  | { readonly outcome: 'unauthorised'; readonly input: string; readonly direction?: Direction };

export interface PassageStep {
  /** In order of their openings. */
  readonly awaited: readonly Awaited[];
  readonly outcomes: readonly PassageOutcome[];
}

/** More than can go through a gate in the longest time; the oldest beyond it stay undecided. */
const MOST_AWAITED = 256;

/** `turns`: the sensors that work when the event happens. */
export function nextPassages(awaited: readonly Awaited[], event: PassageEvent, turns: readonly Turn[]): PassageStep {
  switch (event.type) {
    case 'opened':
      return { awaited: [...awaited, ...watched(event.opening, turns)].slice(-MOST_AWAITED), outcomes: [] };
    case 'lost':
      return { awaited: awaited.filter(({ input }) => input !== event.input), outcomes: [] };
    case 'time':
      return annulled(awaited, event.atMs);
    case 'turned': {
      const { awaited: waiting, outcomes } = annulled(awaited, event.atMs);
      const { awaited: left, outcomes: turned } = confirmed(waiting, event);
      return { awaited: left, outcomes: [...outcomes, ...turned] };
    }
  }
}

/** When the next of them is over, monotonic milliseconds; undefined: nobody is awaited. */
export function passageDueMs(awaited: readonly Awaited[]): number | undefined {
  return awaited.length === 0 ? undefined : Math.min(...awaited.map(({ untilMs }) => untilMs));
}

const agree = (one: Direction | undefined, other: Direction | undefined): boolean =>
  one === undefined || other === undefined || one === other;

function watched(opening: Opening, turns: readonly Turn[]): Awaited[] {
  const [longest] = turns
    .filter(({ direction }) => agree(direction, opening.direction))
    .toSorted((one, other) => other.withinMs - one.withinMs);
  return longest ? [{ opening, input: longest.input, untilMs: opening.atMs + longest.withinMs }] : [];
}

function annulled(awaited: readonly Awaited[], atMs: number): PassageStep {
  const over = awaited.filter(({ untilMs }) => untilMs <= atMs);
  return {
    awaited: over.length === 0 ? awaited : awaited.filter(({ untilMs }) => untilMs > atMs),
    outcomes: over.map(({ opening, input }) => ({ outcome: 'annulled', input, opening })),
  };
}

/** The oldest that was let through that way; a turn before an opening has nothing to do with it. */
function confirmed(awaited: readonly Awaited[], { turn, atMs }: Extract<PassageEvent, { type: 'turned' }>): PassageStep {
  const { input, direction } = turn;
  const index = awaited.findIndex(({ opening }) => opening.atMs <= atMs && agree(direction, opening.direction));
  const found = awaited[index];
  if (!found) {
    return { awaited, outcomes: [{ outcome: 'unauthorised', input, ...(direction === undefined ? {} : { direction }) }] };
  }
  return { awaited: awaited.toSpliced(index, 1), outcomes: [{ outcome: 'passed', input, opening: found.opening }] };
}
