// Experiment: more than anybody can scan: 200 codes a second, bursts with noise between, a line without an end, 64 scanners at
// once. Each has a reader of its own; all at once.

import type { Context, Experiment, Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { FLOOD_PARTS, type FloodPart, unanswered } from '../flood-parts.ts';
import { onStage } from '../stage.ts';

const QUIET_MS = 10_000;
const MEGABYTE = 1_048_576;
const WARM_ROUNDS = 2;
/** Of the codes that were sent, that share must be answered; a few are cut or late on purpose. */
const ASKED_LEAST = 0.5;
/** What the short form sends is more than this: a reader that keeps it in memory grows by that much. */
const GROWTH_BYTES_MAX = 24 * MEGABYTE;
/**
 * From so many rounds on everything that has a bound is full (the people of a day, the repeat window at 2,000 scans a second), and V8
 * lets as much garbage lie: with 64 scanners the heap has 23 MB after 60,000 scans and 26 after 150,000 where it is collected by hand, and
 * up to 100 MB come and go above that. Who kept each line of the endless part would have 1,200 MB, who kept each event of the rate 200.
 */
const LONG_ROUNDS = 100;
const LONG_GROWTH_BYTES_MAX = 120 * MEGABYTE;

export const flood: Experiment = {
  name: 'flood',
  promise: 'every code is answered and stored once however fast they come, noise costs nothing but itself, and memory is bounded',
  rounds: { short: 15, long: 600 },
  parts: FLOOD_PARTS.map(({ name }) => name),
  async run(context: Context): Promise<Figures> {
    return await allAtOnce(FLOOD_PARTS, context, (part) => flooded(part, context));
  },
};

async function flooded(part: FloodPart, context: Context): Promise<Figures> {
  const { rounds } = context;
  return await onStage(part, context, async (stage) => {
    const { reader, name } = stage;
    // Compiled and with its buffers made: from here on it need not grow with what is sent.
    const warm = await part.pour(stage, WARM_ROUNDS);
    await unanswered(stage, warm, QUIET_MS);
    const before = reader.residentBytes;
    const startedMs = performance.now();
    const codes = await part.pour(stage, rounds);
    const missing = await unanswered(stage, [...warm, ...codes], QUIET_MS);
    const seconds = (performance.now() - startedMs) / 1000;
    const grown = reader.residentBytes - before;
    const most = rounds < LONG_ROUNDS ? GROWTH_BYTES_MAX : LONG_GROWTH_BYTES_MAX;
    context.say(`${name}: ${reader.shown.size} shown, ${missing.length} not`);
    return await stage.figures(rounds, () => ({
      broken: [
        // The bench asks nothing of what it sent late: on a machine that is too busy, of nothing.
        ...(warm.length + codes.length < reader.codes * ASKED_LEAST
          ? ['it asked for too few of its codes: the machine is too busy']
          : []),
        ...(missing.length === 0 ? [] : [`${missing.length} of ${codes.length + warm.length} codes were never granted`]),
        ...(grown > most ? [`memory grew by ${(grown / MEGABYTE).toFixed(0)} MB`] : []),
      ],
      notes: [
        `${reader.answers} answers`,
        `${(codes.length / seconds).toFixed(0)} codes a second`,
        `memory ${grown < 0 ? '' : '+'}${(grown / MEGABYTE).toFixed(1)} MB`,
      ],
    }));
  });
}
