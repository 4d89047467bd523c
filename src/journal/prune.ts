// Retention: the oldest rows go, in idle time, a bounded number at once. Removal and the event that tells of it are one
// transaction each; the last removed row's hash stays, so that what is left still verifies.

import { clockData, type EventContent, sequenceText } from '../admission/event.ts';
import type { Moment } from '../admission/ports.ts';
import { hashOf, type StoredEvent } from './chain.ts';
import type { Connection } from './database.ts';

/** Some tens of milliseconds on a Pi's card. */
const MOST_ROWS_AT_ONCE = 1_000;

/** Which rows may go: those older than `beforeMs` and not above `through` (delivered, or all where the journal is the record). */
export interface Retention {
  readonly beforeMs: number;
  readonly through: number;
}

export interface Removable {
  readonly rows: number;
  readonly through: number;
  readonly hash: string;
}

/** The run of oldest rows that may go; undefined where there is none worth an event of its own. */
export function removable(connection: Connection, { beforeMs, through }: Retention): Removable | undefined {
  const oldest = connection
    .prepare<[number, number], StoredEvent>('SELECT sequence, body FROM event WHERE sequence <= ? ORDER BY sequence LIMIT ?')
    .iterate(through, MOST_ROWS_AT_ONCE);
  let found: Removable | undefined;
  let telling = false;
  for (const { sequence, body } of oldest) {
    const { type, time } = JSON.parse(body.toString()) as { type: string; time: string };
    if (!(Date.parse(time) < beforeMs)) break;
    // Seals and purges alone are not worth a purge: it would leave one more of them, for ever.
    telling ||= type !== 'gate.purge.v1' && type !== 'gate.seal.v1';
    found = { rows: (found?.rows ?? 0) + 1, through: sequence, hash: hashOf(body) };
  }
  return telling ? found : undefined;
}

/** Removes the rows and composes the event that says so; call it inside the transaction that appends that event. */
export function remove(connection: Connection, run: Removable, moment: Moment): EventContent {
  connection.prepare('DELETE FROM event WHERE sequence <= ?').run(run.through);
  connection.prepare('UPDATE chain SET pruned_sequence = ?, pruned_hash = ?').run(run.through, run.hash);
  return {
    moment,
    type: 'gate.purge.v1',
    data: { rows: run.rows, through: sequenceText(run.through), hash: run.hash, reason: 'retention', clock: clockData(moment) },
  };
}
