// Experiment: trouble below TCP, in network namespaces: packets are lost, the cable is dead, the line is slow. Each has a reader of
// its own inside; all at once. Takes minutes a round, so the short form leaves it out.

import { setTimeout as delay } from 'node:timers/promises';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { makeNamespace, type Namespace, noNamespace } from '../namespace.ts';
import { between } from '../random.ts';
import { onStage, type Stage } from '../stage.ts';

/** A slow line carries an event in 0.1 s; a backlog that goes in batches of 128 KB would not be acknowledged within 10 s. */
const SLOW_KILOBITS = 64;
const BACKLOG_SCANS = 250;
const SLOW_PATIENCE_MS = 180_000;
/** Longer than the 10 s after which a missing acknowledgement ends a connection. */
const DEAD_MS = { least: 11_000, most: 40_000 };

interface Part {
  readonly name: string;
  /** One round, over when the line is well again. */
  trouble(stage: Stage, wire: Namespace): Promise<void>;
}

const PARTS: readonly Part[] = [
  {
    name: 'loss',
    async trouble({ random }, wire) {
      wire.lose(between(random, 5, 30));
      await delay(between(random, 5_000, 30_000));
      wire.lose(0);
    },
  },
  {
    name: 'dead',
    async trouble({ random }, wire) {
      wire.dead(true);
      await delay(between(random, DEAD_MS.least, DEAD_MS.most));
      wire.dead(false);
    },
  },
  {
    name: 'slow',
    async trouble(stage, wire) {
      wire.dead(true);
      await stage.more(BACKLOG_SCANS);
      await stage.rest();
      wire.slow(SLOW_KILOBITS);
      wire.dead(false);
      const whole = (): boolean => stage.ledger.judge(stage.reader.shown).lost === 0;
      await stage.promised('everything over a slow line', whole, SLOW_PATIENCE_MS);
      wire.slow(undefined);
      stage.scan();
    },
  },
];

export const wire: Experiment = {
  name: 'wire',
  promise: 'packets that are lost, a dead cable and a slow line delay what was shown and lose nothing of it',
  rounds: { short: 0, long: 20 },
  parts: PARTS.map(({ name }) => name),
  unable: noNamespace,
  async run(context: Context): Promise<Figures> {
    return await allAtOnce(PARTS, context, (part) => wired(part, context));
  },
};

async function wired(part: Part, context: Context): Promise<Figures> {
  const { rounds, signal, say } = context;
  const cable = makeNamespace();
  const { host, through } = cable;
  const setup = { name: part.name, receipts: 'required', host, through, quietMs: 60_000 } as const;
  try {
    return await onStage(setup, context, async (stage) => {
      stage.scan();
      await stage.heard();
      for (let round = 0; round < rounds && !signal.aborted; round += 1) {
        await part.trouble(stage, cable);
        say(`${part.name}: trouble ${round + 1} of ${rounds}, ${stage.reader.shown.size} scans shown`);
      }
      return await stage.figures(rounds, () => ({ broken: [], notes: [`${stage.between.connections} connections`] }));
    });
  } finally {
    cable.close();
  }
}
