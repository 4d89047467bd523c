// How much is still to be sent: the numbers of `health` and `journal stats`. Works beside a running daemon, read-only.
import { type Cursors, readCursors } from './cursors.ts';
import { Outbox } from './outbox.ts';

export interface Backlog {
  /** Rows without a receipt; without receipts: rows not delivered. */
  readonly count: number;
  /** Age in whole seconds, by the wall clock, of the oldest of them; 0 when there is none. */
  readonly oldestAgeSeconds: number;
}

export type ReceiptsPolicy = 'required' | 'none';

/** Counts in an open journal. `nowMs` is wall time. @throws SQLite's error when the journal cannot be read. */
export function backlogOf(outbox: Outbox, cursors: Cursors, receipts: ReceiptsPolicy, nowMs: number): Backlog {
  const done = receipts === 'required' ? cursors.receipted : cursors.sent;
  const from = Math.max(done + 1, outbox.first());
  const count = Math.max(0, outbox.head() - from + 1);
  const body = count === 0 ? undefined : outbox.body(from);
  return { count, oldestAgeSeconds: body === undefined ? 0 : ageSeconds(body, nowMs) };
}

/** The same from outside the daemon. @throws when the data folder holds no readable journal. */
export function readBacklog(dataFolder: string, receipts: ReceiptsPolicy, nowMs: number): Backlog {
  const outbox = new Outbox(dataFolder);
  try {
    const cursors = readCursors(dataFolder, outbox.epoch) ?? { sent: 0, receipted: 0 };
    return backlogOf(outbox, cursors, receipts, nowMs);
  } finally {
    outbox.close();
  }
}

/** An event from a clock that ran ahead has age 0. */
function ageSeconds(body: Buffer, nowMs: number): number {
  const { time } = JSON.parse(body.toString('utf8')) as { time?: unknown };
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, Math.floor((nowMs - at) / 1000));
}
