// Ways to send a reader more than anybody can at a gate, one entry each. A round is a second's worth of it.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../test/fakes/eventually.ts';
import { between } from './random.ts';
import type { Stage, StageSetup } from './stage.ts';

export interface FloodPart extends StageSetup {
  /** Sends for so many rounds; resolves once everything is in the cable, with how many codes must be shown. */
  pour(stage: Stage, rounds: number): Promise<number>;
}

const CODES_PER_SECOND = 200;
const TICK_MS = 10;
const BURSTS_PER_ROUND = 34;
const ENDLESS_BYTES_PER_ROUND = 2 * 1_048_576;
const SCANNERS = 64;
/** After so long without a byte a line that has begun is dropped (contract: 300 ms); and a bit. */
const SILENCE_MS = 500;

export const FLOOD_PARTS: readonly FloodPart[] = [
  {
    name: 'rate',
    receipts: 'required',
    async pour(stage, rounds) {
      const startedMs = performance.now();
      const codes = rounds * CODES_PER_SECOND;
      for (let sent = 0; sent < codes; ) {
        const due = Math.min(codes, Math.floor(((performance.now() - startedMs) * CODES_PER_SECOND) / 1000));
        for (; sent < due; sent += 1) await stage.reader.send(stage.reader.nextCode().bytes);
        await delay(TICK_MS);
      }
      return codes;
    },
  },
  {
    name: 'bursts',
    receipts: 'required',
    async pour(stage, rounds) {
      let codes = 0;
      for (let burst = 0; burst < rounds * BURSTS_PER_ROUND; burst += 1) {
        const made = burstOf(stage);
        codes += made.codes;
        for (const piece of made.pieces) await stage.reader.send(piece);
        if (made.silence) await delay(SILENCE_MS);
      }
      return codes;
    },
  },
  {
    name: 'endless',
    receipts: 'required',
    async pour(stage, rounds) {
      const block = Buffer.alloc(65_536, 'A');
      for (let sent = 0; sent < rounds * ENDLESS_BYTES_PER_ROUND; sent += block.length) await stage.reader.send(block);
      // The end of that line, and a code after it.
      await stage.reader.send(`\r${stage.reader.nextCode().bytes}`);
      return 1;
    },
  },
  {
    name: 'scanners',
    receipts: 'required',
    scanners: SCANNERS,
    async pour(stage, rounds) {
      for (let round = 0; round < rounds; round += 1) {
        const all = Array.from({ length: SCANNERS }, (_, at) => stage.reader.send(stage.reader.nextCode().bytes, at));
        await Promise.all(all);
      }
      return rounds * SCANNERS;
    },
  },
];

interface Burst {
  readonly pieces: readonly (Buffer | string)[];
  /** Codes in it that must be shown. */
  readonly codes: number;
  /** It stops within a line, and nothing may follow before that is given up. */
  readonly silence: boolean;
}

function burstOf({ reader, random }: Stage): Burst {
  const next = (): string => reader.nextCode().bytes;
  const chance = random();
  if (chance < 0.02) return { pieces: [next().slice(0, between(random, 1, 60))], codes: 0, silence: true };
  if (chance < 0.4) {
    const count = between(random, 1, 40);
    return { pieces: [Array.from({ length: count }, next).join('')], codes: count, silence: false };
  }
  if (chance < 0.6) {
    const code = Buffer.from(next());
    const at = between(random, 1, code.length - 1);
    return { pieces: [code.subarray(0, at), code.subarray(at)], codes: 1, silence: false };
  }
  // Bytes of no meaning, sometimes longer than any line may be, ended so that the code after them begins a line.
  const noise = chance < 0.8 ? noiseOf(random) : Buffer.alloc(between(random, 4000, 9000), 0x41);
  return { pieces: [noise, `\r\n${next()}`], codes: 1, silence: false };
}

const noiseOf = (random: () => number): Buffer =>
  Buffer.from(Array.from({ length: between(random, 1, 600) }, () => Math.floor(random() * 256)));

/** Resolves when every code was shown, or none has been for long: what is missing then is for the judge. */
export async function shown(stage: Stage, codes: number, quietMs: number): Promise<void> {
  let [before, newMs] = [0, performance.now()];
  const settled = (): boolean => {
    if (stage.reader.answers > before) newMs = performance.now();
    before = stage.reader.answers;
    return stage.reader.shown.size >= codes || performance.now() - newMs > quietMs;
  };
  await eventually('every code answered', settled, { deadlineMs: 600_000 });
}
