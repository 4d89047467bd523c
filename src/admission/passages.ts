// Who of those the gate opened for went through, by a turn sensor's pulses. Pure: next(awaited, event) gives who is awaited
// next and what came of the others. Openings that no sensor would confirm are nobody's to wait for. Where a sensor that would
// have seen it was lost meanwhile, nobody can tell that an opening was not used: it is never annulled, and a pulse may still be its.
//
// A pulse belongs to the oldest opening of its way: of those that are certain, else of the uncertain ones, else to an order that
// holds the gate open, which is for as many as go through.

import { MARGIN_MS } from './door.ts';
import type { Opening } from './opening.ts';
import type { Direction } from './ports.ts';

/** A turn sensor. */
export interface Turn {
  readonly input: string;
  /** It can't be read now. */
  readonly lost?: boolean;
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
  /** A sensor that would have seen it was lost while it was awaited. */
  readonly unsure?: true;
  /** Somebody went through, and until then others may. */
  readonly usedUntilMs?: number;
}

export type PassageEvent =
  | { readonly type: 'opened'; readonly opening: Opening }
  | { readonly type: 'turned'; readonly turn: Omit<Turn, 'withinMs' | 'lost'>; readonly atMs: number }
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

/** `turns`: all sensors that are configured, as they are when the event happens. */
export function nextPassages(awaited: readonly Awaited[], event: PassageEvent, turns: readonly Turn[]): PassageStep {
  switch (event.type) {
    case 'opened':
      return { awaited: [...awaited, ...watched(event.opening, turns)].slice(-MOST_AWAITED), outcomes: [] };
    case 'lost': {
      const gone = turns.filter(({ input }) => input === event.input);
      return {
        awaited: awaited.map((one) => (seenBy(gone, one.opening).length > 0 ? { ...one, unsure: true } : one)),
        outcomes: [],
      };
    }
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

const seenBy = (turns: readonly Turn[], { direction }: Opening): Turn[] =>
  turns.filter((turn) => agree(turn.direction, direction));

/** Until when those whom an order lets through by holding the gate open may go; undefined: it is for one person. */
const heldUntilMs = ({ atMs, pulseMs }: Opening): number | undefined =>
  pulseMs === undefined ? undefined : atMs + pulseMs + MARGIN_MS;

function watched(opening: Opening, turns: readonly Turn[]): Awaited[] {
  const seeing = seenBy(turns, opening);
  const [longest] = seeing.toSorted((one, other) => other.withinMs - one.withinMs);
  if (!longest) return [];
  const untilMs = Math.max(opening.atMs + longest.withinMs, heldUntilMs(opening) ?? 0);
  const unsure = seeing.some(({ lost }) => lost) ? { unsure: true as const } : {};
  return [{ opening, input: longest.input, untilMs, ...unsure }];
}

function annulled(awaited: readonly Awaited[], atMs: number): PassageStep {
  const over = awaited.filter(({ untilMs }) => untilMs <= atMs);
  const unused = over.filter(({ unsure, usedUntilMs }) => !unsure && usedUntilMs === undefined);
  return {
    awaited: over.length === 0 ? awaited : awaited.filter(({ untilMs }) => untilMs > atMs),
    outcomes: unused.map(({ opening, input }) => ({ outcome: 'annulled', input, opening })),
  };
}

const rankOf = ({ unsure, opening }: Awaited): number => (heldUntilMs(opening) !== undefined ? 2 : unsure ? 1 : 0);

/** A turn before an opening has nothing to do with it. */
function confirmed(awaited: readonly Awaited[], { turn, atMs }: Extract<PassageEvent, { type: 'turned' }>): PassageStep {
  const { input, direction } = turn;
  const [found] = awaited
    .filter(
      ({ opening, usedUntilMs = atMs }) => opening.atMs <= atMs && atMs <= usedUntilMs && agree(direction, opening.direction),
    )
    .toSorted((one, other) => rankOf(one) - rankOf(other));
  if (!found) {
    return { awaited, outcomes: [{ outcome: 'unauthorised', input, ...(direction === undefined ? {} : { direction }) }] };
  }
  const usedUntilMs = heldUntilMs(found.opening);
  const left = usedUntilMs === undefined ? [] : [{ ...found, usedUntilMs }];
  const outcome = { outcome: 'passed', input, opening: found.opening } as const;
  return { awaited: awaited.flatMap((one) => (one === found ? left : [one])), outcomes: [outcome] };
}
