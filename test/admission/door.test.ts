// What a door's contact means, in cases and for any course of openings, contacts and time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type DoorEvent, type DoorTold, MARGIN_MS, nextDoor, UNSEEN_DOOR } from '../../src/admission/door.ts';

const TIMES = { heldOpenMs: 30_000, pulseMs: 3_000 };

const opens = (atMs: number): DoorEvent => ({ type: 'contact', open: true, initial: false, atMs });
const shuts = (atMs: number): DoorEvent => ({ type: 'contact', open: false, initial: false, atMs });
const found = (open: boolean, atMs: number): DoorEvent => ({ type: 'contact', open, initial: true, atMs });
const opening = (atMs: number, pulseMs = TIMES.pulseMs): DoorEvent => ({ type: 'opening', atMs, pulseMs });
const time = (atMs: number): DoorEvent => ({ type: 'time', atMs });

function toldOf(events: readonly DoorEvent[]): (DoorTold & { readonly atMs: number })[] {
  let state = UNSEEN_DOOR;
  return events.flatMap((event) => {
    const step = nextDoor(state, event, TIMES);
    state = step.state;
    return step.told.map((told) => ({ ...told, atMs: event.atMs }));
  });
}

const words = (events: readonly DoorEvent[]): string =>
  toldOf(events)
    .map((told) => (told.type === 'closed' ? `closed ${told.openMs}` : told.type))
    .join(', ');

describe('nextDoor', () => {
  const edge = TIMES.pulseMs + MARGIN_MS;
  test.each([
    ['opened after an opening and shut again', [found(false, 0), opening(1), opens(500), shuts(5_000)], ''],
    ['opened at the last moment of the margin', [found(false, 0), opening(0), opens(edge)], ''],
    ['opened after it', [found(false, 0), opening(0), opens(edge + 1)], 'forced'],
    ['opened without an opening, and shut', [found(false, 0), opens(500), shuts(2_500)], 'forced, closed 2000'],
    ['opened twice in one opening: a contact that bounces', [opening(0), opens(100), shuts(200), opens(300)], ''],
    ['an opening after it was forced', [found(false, 0), opens(500), opening(600), shuts(700)], 'forced, closed 200'],
    ['left open', [opening(0), opens(0), time(29_999), time(30_000), shuts(31_000)], 'held-open, closed 31000'],
    [
      'left open for long: attention again, told once',
      [opening(0), opens(0), time(30_000), time(60_000), time(90_000), shuts(90_001)],
      'held-open, attention, attention, closed 90001',
    ],
    [
      'the next person in the rush begins the time anew',
      [opening(0), opens(0), opening(29_000), time(58_999), shuts(59_000)],
      '',
    ],
    ['forced and left open', [found(false, 0), opens(0), time(30_000), shuts(40_000)], 'forced, held-open, closed 40000'],
    ['found open at the start: held-open alone', [found(true, 0), time(30_000), shuts(30_001)], 'held-open, closed 30001'],
    ['found open at the start and shut in time', [found(true, 0), shuts(10)], ''],
    ['found again as it was', [opening(0), opens(0), found(true, 20_000), time(30_000)], 'held-open'],
    ['found shut again after it was forced', [found(false, 0), opens(10), found(false, 1_010)], 'forced, closed 1000'],
    ['a second opening in the pulse of the first gets a pulse after it', [opening(0), opening(100), opens(7_900)], ''],
    ['an opening while an order holds it open gets a pulse after it', [opening(0, 60_000), opening(50_000), opens(64_900)], ''],
    ['and no more than that one', [opening(0, 60_000), opening(1), opening(2), opens(65_001)], 'forced'],
  ])('%s', (_, events, told) => {
    expect(words(events)).toBe(told);
  });
});

/** Any course of events, in order of time. */
const course = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 20_000 }),
      what: fc.constantFrom('opens', 'shuts', 'opening', 'time', 'found open', 'found shut'),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ afterMs, what }): DoorEvent => {
      atMs += afterMs;
      if (what === 'opening' || what === 'time') return { type: what, atMs };
      return { type: 'contact', open: what.endsWith('open') || what === 'opens', initial: what.startsWith('found'), atMs };
    });
  });

/** Each time the door was seen to open, with how long ago the gate had last opened. */
function seenOpening(events: readonly DoorEvent[]) {
  let isOpen = false;
  return events.flatMap((event, index) => {
    if (event.type !== 'contact') return [];
    const seen = event.open && !isOpen && !event.initial;
    isOpen = event.open;
    const lastMs = events.slice(0, index).findLast(({ type }) => type === 'opening')?.atMs ?? Number.NEGATIVE_INFINITY;
    return seen ? [{ sinceMs: event.atMs - lastMs, before: events.slice(0, index), event }] : [];
  });
}

/** Whether the last of these events tells that the door was forced. */
const isForced = (events: readonly DoorEvent[]): boolean =>
  toldOf(events).length > toldOf(events.slice(0, -1)).length && toldOf(events).at(-1)?.type === 'forced';

describe('for any course of events', () => {
  test('forced is never told within the relay’s time after an opening, and always beyond two of them and the margin', () => {
    fc.assert(
      fc.property(course, (events) => {
        const wrong = seenOpening(events).filter(({ sinceMs, before, event }) => {
          const forced = isForced([...before, event]);
          return forced ? sinceMs <= TIMES.pulseMs + MARGIN_MS : sinceMs > 2 * TIMES.pulseMs + MARGIN_MS;
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('closed follows forced or held-open and nothing else; held-open is told once for each time it is open', () => {
    fc.assert(
      fc.property(course, (events) => {
        const sentences = toldOf(events)
          .map(({ type }) => type)
          .join(' ')
          .split(/(?<=closed) /);
        const wrong = sentences.filter(
          (told) => !/^(|(forced )?(held-open( attention)* )?closed|forced|(forced )?held-open( attention)*)$/.test(told),
        );
        expect([wrong, sentences.includes('closed')]).toEqual([[], false]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('what was told of is told to be closed as soon as it is', () => {
    fc.assert(
      fc.property(course, (events) => {
        const told = toldOf([...events, shuts(10_000_000)]).map(({ type }) => type);
        expect([undefined, 'closed']).toContain(told.at(-1));
      }),
      { numRuns: 1_000 },
    );
  });
});
