// Experiment: the broker is killed, forgets, is full, has a full disk, refuses, takes little at a time and lets another in under the reader's name,
// while codes are scanned. Each trouble has a broker, a reader and a centre of its own; all at once.

import { setTimeout as delay } from 'node:timers/promises';
import { BROKER_PARTS, type BrokerPart } from '../broker-parts.ts';
import { type Context, type Experiment, type Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { between } from '../random.ts';
import { onStage } from '../stage.ts';

export const broker: Experiment = {
  name: 'broker',
  promise:
    'only a PUBACK of success (and with receipts not even that) counts as delivered, whatever the broker takes and refuses',
  rounds: { short: 2, long: 100 },
  parts: BROKER_PARTS.map(({ name }) => name),
  async run(context: Context): Promise<Figures> {
    return await allAtOnce(BROKER_PARTS, context, (part) => troubled(part, context));
  },
};

async function troubled(part: BrokerPart, context: Context): Promise<Figures> {
  const { rounds, signal, say } = context;
  return await onStage(part, context, async (stage) => {
    stage.scan();
    await stage.heard();
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      await delay(between(stage.random, 200, 600));
      await part.trouble(stage, round);
      say(`${part.name}: trouble ${round + 1} of ${rounds}, ${stage.reader.shown.size} scans shown`);
    }
    return await stage.figures(rounds, () => ({
      broken: part.check?.(stage, rounds) ?? [],
      notes: part.note === undefined ? [] : [part.note(stage)],
    }));
  });
}
