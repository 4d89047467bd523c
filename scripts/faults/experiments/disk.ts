// Experiment: the disk is full, read-only, slow, fails on writes or flushes, loses a page or the journal's file, and holds a large
// journal. Each on a reader of its own, all at once.

import { startMosquitto } from '../../../test/fakes/mosquitto.ts';
import { DELETED, LARGE, PAGE } from '../disk-files.ts';
import { FLUSHES, FULL, READONLY, SLOW, WRITES } from '../disk-parts.ts';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { buildMeddler, unableToMeddle } from '../meddler.ts';
import { randomFrom } from '../random.ts';
import { unableToMount } from '../small-disk.ts';
import { UNSENT } from '../unsent-part.ts';

const PARTS = [FULL, READONLY, SLOW, WRITES, FLUSHES, PAGE, UNSENT, DELETED, LARGE];

export const disk: Experiment = {
  name: 'disk',
  promise:
    'what could not be recorded is never shown as granted, what was granted is there after recovery and, as far as it can be read, at the centre, the chain is whole',
  rounds: { short: 3, long: 100 },
  parts: PARTS.map(({ name }) => name),
  unable: () => unableToMeddle() ?? unableToMount(),
  async run(context: Context): Promise<Figures> {
    const library = buildMeddler(context.folder);
    const broker = await startMosquitto();
    try {
      // Each its own row of chances: which of them draws first must not matter.
      const parts = PARTS.map((part) => ({ ...part, random: randomFrom(Math.floor(context.random() * 2 ** 32)) }));
      const place = { brokerUrl: broker.url };
      return await allAtOnce(parts, context, ({ play, random }) => play({ ...place, context: { ...context, random } }, library));
    } finally {
      await broker.kill();
    }
  },
};
