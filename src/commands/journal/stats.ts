// `gate-reader journal stats`: how much the journal holds, how far it is sent and sealed.

import { bytesOnDisk, extentOf } from '../../journal/reader.ts';
import { readBacklog } from '../../uplink/backlog.ts';
import { readCursors } from '../../uplink/cursors.ts';
import { print } from '../output.ts';
import type { SettingFlags } from '../setting.ts';
import { withJournal } from './open.ts';

export interface StatsFlags extends SettingFlags {
  readonly json?: true;
}

export async function stats(flags: StatsFlags): Promise<void> {
  await withJournal(flags, async (reader, { configuration, dataFolder, say }) => {
    const { epoch, sealedSequence, prunedSequence } = reader.chain;
    const { sent, receipted } = readCursors(dataFolder, epoch) ?? { sent: 0, receipted: 0 };
    const { rows, first, last } = extentOf(reader);
    const backlog = readBacklog(dataFolder, configuration.uplink.receipts, Date.now());
    const bytes = bytesOnDisk(dataFolder);
    if (flags.json) {
      const all = {
        epoch,
        rows,
        first,
        last,
        sent,
        receipted,
        backlog,
        sealedThrough: sealedSequence,
        prunedThrough: prunedSequence,
        bytes,
      };
      await print(`${JSON.stringify(all)}\n`);
      return;
    }
    const lines = [
      say('journal.stats.epoch', { epoch, folder: dataFolder }),
      say('journal.stats.rows', { rows, first, last }),
      say('journal.stats.sent', { sent, receipted }),
      say('journal.stats.backlog', { count: backlog.count, age: backlog.oldestAgeSeconds }),
      say('journal.stats.kept', { sealed: sealedSequence, pruned: prunedSequence }),
      say('journal.stats.bytes', { megabytes: (bytes / 1_048_576).toFixed(1) }),
    ];
    await print(`${lines.join('\n')}\n`);
  });
}
