// Experiment: the centre is late with its receipts, never sends one, repeats them, has lost a day; and somebody sends receipts that
// are not true. Each has a reader of its own; all at once.

import { CENTRE_PARTS, type CentrePart } from '../centre-parts.ts';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { onStage } from '../stage.ts';

export const centre: Experiment = {
  name: 'centre',
  promise: 'rows go only after a true receipt, and until then come again, on each connection and whenever they are asked for',
  rounds: { short: 2, long: 60 },
  parts: CENTRE_PARTS.map(({ name }) => name),
  async run(context: Context): Promise<Figures> {
    return await allAtOnce(CENTRE_PARTS, context, (part) => served(part, context));
  },
};

async function served(part: CentrePart, context: Context): Promise<Figures> {
  const { rounds, signal, say } = context;
  return await onStage(part, context, async (stage) => {
    stage.scan();
    await stage.heard();
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      await part.round(stage, round);
      say(`${part.name}: round ${round + 1} of ${rounds}, ${stage.reader.shown.size} scans shown`);
    }
    await part.end?.(stage);
    return await stage.figures(rounds, () => ({
      broken: part.check?.(stage) ?? [],
      notes: part.note === undefined ? [] : [part.note(stage)],
    }));
  });
}
