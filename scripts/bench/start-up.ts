// From spawning the launcher to the `ready` line, with a journal of a few events and with a large one, in turns. Each start but
// the first, which does not count, finds compiled code, keys and files in the page cache.

import { mkdirSync } from 'node:fs';
import { startDaemonProcess } from './daemon.ts';
import { dataFolderOf } from './gate.ts';
import type { Bench } from './options.ts';
import type { Row } from './report.ts';
import { median } from './statistics.ts';
import { storeJournal } from './stored-journal.ts';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { openPty } from '../../test/fakes/pty.ts';

const MOST_MS = 1_000;
/** Starts of one kind differ by this much among themselves. */
const NOISE = 1.1;

export async function measureStarts({ folder, sizes: { starts, storedEvents }, signal }: Bench): Promise<Row[]> {
  mkdirSync(dataFolderOf({ folder, reader: 'empty' }), { recursive: true });
  storeJournal(dataFolderOf({ folder, reader: 'full' }), 'full', storedEvents);
  const broker = await startMosquitto();
  const times = { empty: [] as number[], full: [] as number[] };
  try {
    for (let round = 0; round <= starts; round += 1) {
      for (const reader of ['empty', 'full'] as const) {
        const ms = await startOnce({ folder, reader, brokerPort: broker.port, signal });
        if (round > 0) times[reader].push(ms);
      }
    }
  } finally {
    await broker.kill();
  }
  const [empty, full] = [median(times.empty), median(times.full)];
  const stored = storedEvents.toLocaleString('en-US');
  return [
    { measure: 'start to ready, empty journal', value: empty, unit: 'ms', target: `<= ${MOST_MS} ms`, met: empty <= MOST_MS },
    { measure: `start to ready, ${stored} events`, value: full, unit: 'ms', target: `<= ${MOST_MS} ms`, met: full <= MOST_MS },
    {
      measure: `start to ready, ${stored} events`,
      value: full,
      unit: 'ms',
      peer: { name: 'empty', value: empty },
      ratio: full / empty,
      target: `<= ${NOISE} x empty`,
      met: full <= NOISE * empty,
    },
  ];
}

async function startOnce(start: Pick<Bench, 'folder' | 'signal'> & { reader: string; brokerPort: number }): Promise<number> {
  const pty = openPty();
  try {
    const daemon = await startDaemonProcess({ ...start, dataFolder: dataFolderOf(start), tty: pty.path });
    await daemon.child.stop();
    return daemon.readyMs;
  } finally {
    pty.close();
  }
}
