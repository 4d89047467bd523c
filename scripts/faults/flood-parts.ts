// Ways to send a reader more than anybody can at a gate, one entry each. A round is a second's worth of it.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../test/fakes/eventually.ts';
import { between } from './random.ts';
import { labelOf } from './reader.ts';
import type { Stage, StageSetup } from './stage.ts';

export interface FloodPart extends StageSetup {
  /** Sends for so many rounds; resolves once everything is in the cable, with the labels of the codes that must be shown. */
  pour(stage: Stage, rounds: number): Promise<string[]>;
}

const CODES_PER_SECOND = 200;
const TICK_MS = 10;
const BURSTS_PER_ROUND = 34;
const ENDLESS_BYTES_PER_ROUND = 2 * 1_048_576;
const SCANNERS = 64;
/** After 300 ms without a byte a line that has begun is dropped: between the halves of a code less must have passed, */
const PROMPT_MS = 150;
/** and for a line that is given up more. */
const SILENCE_MS = 500;

export const FLOOD_PARTS: readonly FloodPart[] = [
  {
    name: 'rate',
    receipts: 'required',
    async pour(stage, rounds) {
      const startedMs = performance.now();
      const codes = rounds * CODES_PER_SECOND;
      const labels: string[] = [];
      for (let sent = 0; sent < codes; ) {
        const due = Math.min(codes, Math.floor(((performance.now() - startedMs) * CODES_PER_SECOND) / 1000));
        for (; sent < due; sent += 1) labels.push(...(await scanned(stage)));
        await delay(TICK_MS);
      }
      return labels;
    },
  },
  {
    name: 'bursts',
    receipts: 'required',
    async pour(stage, rounds) {
      const labels: string[] = [];
      for (let burst = 0; burst < rounds * BURSTS_PER_ROUND; burst += 1) labels.push(...(await sendBurst(stage)));
      return labels;
    },
  },
  {
    name: 'endless',
    receipts: 'required',
    async pour(stage, rounds) {
      const block = Buffer.alloc(65_536, 'A');
      for (let sent = 0; sent < rounds * ENDLESS_BYTES_PER_ROUND; sent += block.length) await stage.reader.send(block);
      await stage.reader.send('\r');
      return [...(await scanned(stage))];
    },
  },
  {
    name: 'scanners',
    receipts: 'required',
    scanners: SCANNERS,
    async pour(stage, rounds) {
      const labels: string[] = [];
      for (let round = 0; round < rounds; round += 1) {
        labels.push(...(await Promise.all(Array.from({ length: SCANNERS }, (_, at) => scanned(stage, at)))).flat());
      }
      return labels;
    },
  },
];

/**
 * Sends what must be shown, and says so. A cable that is full takes the rest later: what the bench itself was late with may have
 * been cut in the middle of a code, as a scanner's never is, and must not be shown.
 */
async function promptly(send: () => Promise<void>, labels: readonly string[]): Promise<readonly string[]> {
  const startedMs = performance.now();
  await send();
  return performance.now() - startedMs < PROMPT_MS ? labels : [];
}

/** Puts a code into a scanner's cable; its label, where it must be shown. */
async function scanned({ reader }: Stage, scanner = 0): Promise<readonly string[]> {
  const { index, bytes } = reader.nextCode();
  return await promptly(() => reader.send(bytes, scanner), [labelOf(index)]);
}

/** Sends what no person would; the labels of the codes in it that must be shown. */
async function sendBurst(stage: Stage): Promise<readonly string[]> {
  const { reader, random } = stage;
  const chance = random();
  if (chance < 0.02) {
    // A line that stops. A reader that is behind has not seen the silence: for it the CR ends that line.
    await reader.send(reader.nextCode().bytes.slice(0, between(random, 1, 60)));
    await delay(SILENCE_MS);
    await reader.send('\r');
    return [];
  }
  if (chance < 0.4) {
    const codes = Array.from({ length: between(random, 1, 40) }, () => reader.nextCode());
    const bytes = codes.map((code) => code.bytes).join('');
    return await promptly(
      () => reader.send(bytes),
      codes.map(({ index }) => labelOf(index)),
    );
  }
  if (chance < 0.6) {
    const { index, bytes } = reader.nextCode();
    const code = Buffer.from(bytes);
    const at = between(random, 1, code.length - 1);
    const halves = async (): Promise<void> => {
      await reader.send(code.subarray(0, at));
      await reader.send(code.subarray(at));
    };
    return await promptly(halves, [labelOf(index)]);
  }
  // Bytes of no meaning, sometimes longer than any line may be, ended so that the code after them begins a line.
  await reader.send(chance < 0.8 ? noiseOf(random) : Buffer.alloc(between(random, 4000, 9000), 0x41));
  await reader.send('\r\n');
  const { index, bytes } = reader.nextCode();
  return await promptly(() => reader.send(bytes), [labelOf(index)]);
}

const noiseOf = (random: () => number): Buffer =>
  Buffer.from(Array.from({ length: between(random, 1, 600) }, () => Math.floor(random() * 256)));

/** Labels that were not shown although nothing new has been answered for long. */
export async function unanswered({ reader }: Stage, labels: readonly string[], quietMs: number): Promise<string[]> {
  let [before, newMs] = [0, performance.now()];
  const missing = (): string[] => labels.filter((label) => !reader.shown.has(label));
  const settled = (): boolean => {
    if (reader.answers > before) newMs = performance.now();
    before = reader.answers;
    return missing().length === 0 || performance.now() - newMs > quietMs;
  };
  await eventually('every code answered', settled, { deadlineMs: 600_000 });
  return missing();
}
