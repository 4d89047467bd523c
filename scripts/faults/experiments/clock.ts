// Experiment: the clock starts in the past, jumps, crosses a change of summer time, is never synchronised. Each on a reader of its
// own, all at once; the machine's own clock stays as it is.

import { startMosquitto } from '../../../test/fakes/mosquitto.ts';
import { CLOCK_PARTS } from '../clock-parts.ts';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { buildMeddler, unableToMeddle } from '../meddler.ts';
import { randomFrom } from '../random.ts';

export const clock: Experiment = {
  name: 'clock',
  promise: 'order is by sequence, an event says what the clock was worth, the centre can correct it, no verdict is a guess',
  rounds: { short: 2, long: 100 },
  parts: CLOCK_PARTS.map(({ name }) => name),
  unable: unableToMeddle,
  async run(context: Context): Promise<Figures> {
    const library = buildMeddler(context.folder);
    const broker = await startMosquitto();
    try {
      const parts = CLOCK_PARTS.map((part) => ({ ...part, random: randomFrom(Math.floor(context.random() * 2 ** 32)) }));
      const place = { brokerUrl: broker.url, library };
      return await allAtOnce(parts, context, ({ play, random }) => play({ ...place, context: { ...context, random } }));
    } finally {
      await broker.kill();
    }
  },
};
