// How a reader's clock can be wrong: years in the past at the start, jumping while codes are scanned, over a change of the zone's
// rules, never synchronised.

import { type ClockPlace, type ClockStage, onClock } from './clock-stage.ts';
import type { Figures } from './experiment.ts';
import { between } from './random.ts';
import { changesOf } from './timeline.ts';

export interface ClockPart {
  readonly name: string;
  play(place: Omit<ClockPlace, 'name' | 'zone' | 'unsure'>): Promise<Figures>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const SCANNING_MS = 1_500;

/** As a board without a battery starts: years ago, then right once the network is there; each round is a new start. */
const PAST: ClockPart = {
  name: 'past',
  play: (place) => {
    const { rounds, random } = place.context;
    const past = () => -(between(random, 1, 50) * YEAR_MS + between(random, 0, DAY_MS));
    return onClock({ ...place, name: PAST.name }, { offMs: past(), state: 'unsynchronised' }, async (stage) => {
      for (let round = 0; round < rounds; round += 1) {
        if (round > 0) {
          await stage.reader.kill();
          stage.timeline.set(past(), 'unsynchronised');
          await stage.reader.start();
        }
        await stage.settled();
        await stage.scan(SCANNING_MS);
        await stage.change(0, 'synchronised');
        await stage.scan(SCANNING_MS);
      }
      return await stage.figures(rounds);
    });
  },
};

/** Forward and back, with and without the kernel's trust, while codes are scanned. */
const JUMPS: ClockPart = {
  name: 'jumps',
  play: (place) =>
    onClock({ ...place, name: JUMPS.name }, { offMs: 0, state: 'synchronised' }, async (stage) => {
      const { rounds, random } = place.context;
      const far = [-YEAR_MS, -3 * DAY_MS, -2 * HOUR_MS - 600_000, -90_000, 90_000, 3 * HOUR_MS, 3 * DAY_MS];
      for (let round = 0; round < rounds; round += 1) {
        // A jump that the kernel trusts, one that it does not, and back; the scanning goes on meanwhile.
        for (const state of ['synchronised', 'unsynchronised'] as const) {
          const to = (far[between(random, 0, far.length - 1)] ?? 0) + between(random, 0, 60_000);
          await Promise.all([stage.change(to, state), stage.scan(SCANNING_MS)]);
          await stage.scan(SCANNING_MS);
        }
        await Promise.all([stage.change(0, 'synchronised'), stage.scan(SCANNING_MS)]);
      }
      return await stage.figures(rounds);
    }),
};

const ZONES = ['Australia/Lord_Howe', 'America/St_Johns', 'Europe/Dublin', 'Africa/Casablanca', 'Pacific/Chatham'];

/** Seconds before summer time begins and ends: what is recorded across it says the right offset. */
const ZONE: ClockPart = {
  name: 'zone',
  play: (place) => {
    const { rounds, random } = place.context;
    const zone = ZONES[between(random, 0, ZONES.length - 1)] ?? '';
    return onClock({ ...place, name: ZONE.name, zone }, { offMs: 0, state: 'synchronised' }, async (stage) => {
      const changes = changesOf(zone, Date.now() + 2 * DAY_MS, rounds);
      for (const at of changes) {
        await stage.settled();
        stage.timeline.set(at - Date.now() - SCANNING_MS, 'synchronised');
        await stage.scan(3 * SCANNING_MS);
      }
      await stage.settled();
      // A zone's rules are known for a few years, and the long form wants more.
      return await stage.figures(changes.length, [zone]);
    });
  },
};

/** Nothing ever disciplines it. It is right, or a day late, and who needs the time is warned of, or denied. */
const NEVER: ClockPart = {
  name: 'never',
  play: (place) => {
    const { rounds, random } = place.context;
    const unsure = random() < 0.5 ? 'warn' : 'deny';
    const begin = { offMs: between(random, 1, HOUR_MS), state: 'unsynchronised' } as const;
    return onClock({ ...place, name: NEVER.name, unsure }, begin, async (stage: ClockStage) => {
      for (let round = 0; round < rounds; round += 1) {
        await stage.settled();
        await stage.scan(SCANNING_MS);
        await stage.reader.kill();
        stage.timeline.set(between(random, 1, HOUR_MS), 'unsynchronised');
        await stage.reader.start();
      }
      await stage.scan(SCANNING_MS);
      return await stage.figures(rounds, [`clock: ${unsure}`]);
    });
  },
};

export const CLOCK_PARTS: readonly ClockPart[] = [PAST, JUMPS, ZONE, NEVER];
