// Experiment: the daemon is killed without warning, again and again, at any moment of a stream of scans.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../../test/fakes/eventually.ts';
import { startMosquitto } from '../../../test/fakes/mosquitto.ts';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { Ledger } from '../ledger.ts';
import { between } from '../random.ts';
import { delivered, FaultedReader, SITE } from '../reader.ts';

/** A life is so many scans, and then a moment: counted, for a busy machine does few of them in any time. */
const SCANS = { least: 0, most: 60 };
const MOMENT_MS = { least: 0, most: 30 };

export const crash: Experiment = {
  name: 'crash',
  promise: 'what was shown is on disk and reaches the centre exactly once, whenever the daemon is killed',
  rounds: { short: 12, long: 1000 },
  async run(context: Context): Promise<Figures> {
    const { root, folder, rounds, random, say, signal } = context;
    const broker = await startMosquitto();
    const ledger = new Ledger({ url: broker.url, site: SITE, reader: 'crash', receipts: true });
    await ledger.open();
    const reader = new FaultedReader({ root, folder, reader: 'crash', broker: broker.url });
    try {
      for (let round = 0; round < rounds && !signal.aborted; round += 1) {
        await reader.start();
        const scanning = reader.scanUntil(() => false);
        const enough = reader.answers + between(random, SCANS.least, SCANS.most);
        await eventually('enough scans', () => reader.answers >= enough || !reader.alive, { deadlineMs: 60_000 });
        await delay(between(random, MOMENT_MS.least, MOMENT_MS.most));
        await reader.kill();
        await scanning;
        say(`round ${round + 1} of ${rounds}, ${reader.shown.size} scans shown`);
      }
      await reader.start();
      await reader.scan();
      await delivered(reader, ledger, { deadlineMs: 60_000 });
      const code = await reader.stop();
      const starts = ledger.types().filter((type) => type === 'gate.start.v1').length;
      return {
        rounds: reader.starts - 1,
        shown: reader.shown.size,
        duplicates: ledger.duplicates,
        ...ledger.judge(reader.shown),
        broken: [
          ...ledger.strange,
          ...(code === 0 ? [] : [`the last daemon ended with ${code}`]),
          ...(starts === reader.starts ? [] : [`${reader.starts} starts, ${starts} of them in the journal`]),
        ],
        notes: [`${ledger.count} events stored, ${starts} starts among them`],
      };
    } finally {
      await reader.close();
      await ledger.close();
      await broker.kill();
    }
  },
};
