// A broker whose disk is full: it acknowledges what it cannot save, and when it dies that is gone. Mosquitto 2.0.11 writes its
// whole database to mosquitto.db.new, after each few changes where it is told to, and renames it. Seen where there is no room:
//
//   fwrite fails: more than stdio's buffer   "Error: No space left on device.", at each save; the last good database stays
//   only fflush fails: not looked at         no line; an empty or cut file takes the good one's place. It starts with an empty one,
//                                            sessions and retained messages forgotten; with a cut one not: "Couldn't open database"
//
// In every case it goes on acknowledging with success.

import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../test/fakes/eventually.ts';
import type { BrokerPart } from './broker-parts.ts';
import { between } from './random.ts';
import { unableToMount } from './small-disk.ts';
import type { Stage } from './stage.ts';

const DISK_BYTES = 1_048_576;
const PAGE_BYTES = 4096;
/** The database begins with less than a page; the first saves succeed and the last ones do not. */
const LEFT_PAGES_MOST = 6;
const SCANS = 30;
/** The contract: 30 s between two tries to connect, and a bit. */
const RECONNECT_MOST_MS = 35_000;

export const FULL_DISK: BrokerPart = {
  name: 'full-disk',
  receipts: 'required',
  config: [
    'allow_anonymous true',
    'persistence true',
    'persistence_location {disk}/',
    'autosave_on_changes true',
    'autosave_interval 1',
  ],
  diskBytes: DISK_BYTES,
  durable: true,
  unable: unableToMount,
  async trouble(stage, round) {
    const { ledger, disk, random, between: inspected } = stage;
    disk.fill(round % 2 === 0 ? 0 : between(random, 1, LEFT_PAGES_MOST) * PAGE_BYTES);
    await ledger.close();
    const { size } = inspected.acknowledged;
    await stage.more(SCANS);
    await eventually('acknowledgements', () => inspected.acknowledged.size >= size + SCANS, { deadlineMs: 60_000 });
    // What the broker itself gives back is looked at first: what the reader sends again would cover it.
    inspected.shut = true;
    await stage.broker.kill();
    disk.free();
    const database = await startAgain(stage);
    await ledger.open();
    await ledger.caughtUp();
    const gone = [...inspected.acknowledged].filter((sequence) => !ledger.has(sequence));
    stage.forgotten.push({ events: gone.length, why: `database ${database}` });
    inspected.shut = false;
    const back = (): boolean => gone.every((sequence) => ledger.has(sequence));
    await stage.promised('what the broker had acknowledged and could not save', back, RECONNECT_MOST_MS);
  },
  check: ({ forgotten }) => (forgotten.every(({ events }) => events > 0) ? [] : ['a broker with a full disk forgot nothing']),
  note: forgottenOf,
};

/** Starts the broker on what it saved; where it refuses that, as an operator does, without it. What the database was. */
async function startAgain(stage: Stage): Promise<'kept' | 'empty' | 'cut'> {
  const database = join(stage.disk.seen, 'mosquitto.db');
  const { size } = statSync(database);
  try {
    await stage.restartBroker();
    return size === 0 ? 'empty' : 'kept';
  } catch (error) {
    if (!String(error).includes("Couldn't open database")) throw error;
    rmSync(database);
    await stage.restartBroker();
    return 'cut';
  }
}

export function forgottenOf({ forgotten }: Stage): string {
  const each = forgotten.map(({ events, why }) => `${events}${why === undefined ? '' : ` (${why})`}`);
  return `the broker forgot ${each.join(' + ')} acknowledged events`;
}
