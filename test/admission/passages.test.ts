// Who went through, by the turn sensors' pulses: in cases and for any course of openings, pulses and time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Opening } from '../../src/admission/opening.ts';
import { type Awaited, nextPassages, type PassageEvent, type PassageOutcome, type Turn } from '../../src/admission/passages.ts';
import type { Direction } from '../../src/admission/ports.ts';

const WITHIN_MS = 8_000;
const BOTH = [{ input: 'turn', withinMs: WITHIN_MS }] as const;
const TURNSTILE = [
  { input: 'turn-in', direction: 'in', withinMs: WITHIN_MS },
  { input: 'turn-out', direction: 'out', withinMs: WITHIN_MS },
] as const satisfies readonly Turn[];
const LOST: PassageEvent = { type: 'lost', input: 'turn' };

const granted = (atMs: number, direction?: Direction): PassageEvent => ({
  type: 'opened',
  opening: { cause: 'grant', atMs, ...(direction ? { direction } : {}) },
});
const turned = (atMs: number, turn: Turn | undefined = BOTH[0]): PassageEvent => ({
  type: 'turned',
  turn: turn ?? { input: 'turn' },
  atMs,
});
const time = (atMs: number): PassageEvent => ({ type: 'time', atMs });

function run(events: readonly PassageEvent[], turns: readonly Turn[]) {
  let awaited: readonly Awaited[] = [];
  const outcomes: PassageOutcome[] = [];
  for (const event of events) {
    const step = nextPassages(awaited, event, turns);
    awaited = step.awaited;
    outcomes.push(...step.outcomes);
  }
  return { awaited, outcomes };
}

const words = (events: readonly PassageEvent[], turns: readonly Turn[]) =>
  run(events, turns)
    .outcomes.map((outcome) => `${outcome.outcome}${'opening' in outcome ? ` ${outcome.opening.atMs}` : ''}`)
    .join(', ');

describe('nextPassages', () => {
  const [inward, outward] = TURNSTILE;
  test.each([
    ['a pulse in time', [granted(0, 'in'), turned(7_999)], BOTH, 'passed 0'],
    ['no pulse in time', [granted(0, 'in'), time(7_999), time(8_000)], BOTH, 'annulled 0'],
    ['a pulse too late', [granted(0, 'in'), turned(8_000)], BOTH, 'annulled 0, unauthorised'],
    ['the oldest is confirmed first', [granted(0), granted(10), turned(20), turned(30)], BOTH, 'passed 0, passed 10'],
    ['a pulse made before the opening', [granted(100), turned(99)], BOTH, 'unauthorised'],
    ['one opening, two people', [granted(0), turned(500), turned(900)], BOTH, 'passed 0, unauthorised'],
    ['nobody let in', [turned(500)], BOTH, 'unauthorised'],
    [
      'each way its own',
      [granted(0, 'in'), granted(10, 'out'), turned(20, outward), time(8_000)],
      TURNSTILE,
      'passed 10, annulled 0',
    ],
    ['the wrong way', [granted(0, 'in'), turned(20, outward), turned(30, inward)], TURNSTILE, 'unauthorised, passed 0'],
    ['an opening for either way', [granted(0), turned(20, outward)], TURNSTILE, 'passed 0'],
    ['no sensor for that way: nobody waits', [granted(0, 'out'), time(99_999)], TURNSTILE.slice(0, 1), ''],
    ['no sensor at all', [granted(0), time(99_999)], [], ''],
    ['a sensor that was lost decides nothing', [granted(0), LOST, time(8_000)], BOTH, ''],
    [
      'whoever goes through after it came back is no stranger',
      [granted(0), LOST, turned(20), turned(30)],
      BOTH,
      'passed 0, unauthorised',
    ],
    [
      'a pulse is of whom the sensor must see, not of whom it may have missed',
      [granted(0), LOST, granted(10), turned(20), time(9_000)],
      BOTH,
      'passed 10',
    ],
    ['one of the sensors that would see it is lost', [granted(0), time(8_000)], [BOTH[0], { ...TURNSTILE[0], lost: true }], ''],
    [
      'the lost sensor is of the other way',
      [granted(0, 'out'), time(8_000)],
      [TURNSTILE[1], { ...TURNSTILE[0], lost: true }],
      'annulled 0',
    ],
  ] as const)('%s', (_, events, turns, told) => {
    expect(words(events, turns)).toBe(told);
  });
});

const way = fc.option(fc.constantFrom<Direction>('in', 'out'), { nil: undefined });
const course = fc
  .array(fc.record({ afterMs: fc.integer({ min: 0, max: 5_000 }), what: fc.constantFrom('opened', 'turned', 'time'), way }), {
    maxLength: 80,
  })
  .map((steps) => {
    let atMs = 0;
    return steps.map(({ afterMs, what, way: direction }): PassageEvent => {
      atMs += afterMs;
      if (what === 'opened') return granted(atMs, direction);
      if (what === 'time') return time(atMs);
      return turned(atMs, TURNSTILE.find((turn) => turn.direction === direction) ?? BOTH[0]);
    });
  });

describe('for any course of events', () => {
  const turns = [...BOTH, ...TURNSTILE];

  test('each opening is decided exactly once, or still awaited; each pulse has exactly one outcome', () => {
    fc.assert(
      fc.property(course, (events) => {
        const { awaited, outcomes } = run(events, turns);
        const decided = outcomes.flatMap((outcome) => ('opening' in outcome ? [outcome.opening] : []));
        const opened = events.flatMap((event) => (event.type === 'opened' ? [event.opening] : []));
        const all = new Set<Opening>([...decided, ...awaited.map(({ opening }) => opening)]);
        expect(decided.length + awaited.length).toBe(opened.length);
        expect(all).toEqual(new Set(opened));
        const pulses = events.filter(({ type }) => type === 'turned').length;
        expect(outcomes.filter(({ outcome }) => outcome !== 'annulled').length).toBe(pulses);
      }),
    );
  });

  test('who passed was let through that way and in time; who is annulled had all of it; nobody overtakes of the same way', () => {
    fc.assert(
      fc.property(course, (events) => {
        let awaited: readonly Awaited[] = [];
        const wrong = events.flatMap((event) => {
          const step = nextPassages(awaited, event, turns);
          awaited = step.awaited;
          return step.outcomes.filter((outcome) => !isRight(outcome, event, awaited));
        });
        expect(wrong).toEqual([]);
      }),
    );
  });
});

function isRight(outcome: PassageOutcome, event: PassageEvent, left: readonly Awaited[]): boolean {
  if (event.type === 'opened' || event.type === 'lost') return false;
  if (outcome.outcome === 'unauthorised') return event.type === 'turned';
  const { opening } = outcome;
  const waitedMs = event.atMs - opening.atMs;
  if (outcome.outcome === 'annulled') return waitedMs >= WITHIN_MS;
  const older = left.filter((other) => other.opening.atMs < opening.atMs && other.opening.direction === opening.direction);
  const ways = event.type === 'turned' ? [event.turn.direction, undefined] : [];
  const agrees = event.type === 'turned' && (event.turn.direction === undefined || ways.includes(opening.direction));
  return agrees && waitedMs >= 0 && waitedMs < WITHIN_MS && older.length === 0;
}
