// Proves a journal: numbers without gaps, every event attached to the one before, every seal signed by the reader's key.

import type { KeyObject } from 'node:crypto';

import { type ChainRow, hashOf, type StoredEvent } from './chain.ts';
import type { Connection } from './database.ts';
import { sealHolds } from './seal.ts';
import { sequenceText } from '../admission/event.ts';

export type Proof =
  | { readonly ok: true; readonly rows: number; readonly seals: number; readonly unsealed: number }
  | { readonly ok: false; readonly rows: number; readonly sequence: number; readonly fault: ProofFault };

/** What is wrong with the first bad event. */
export type ProofFault =
  | 'gap'
  | 'not-an-event'
  | 'wrong-epoch'
  | 'wrong-sequence'
  | 'changed'
  | 'wrong-prevhash'
  | 'wrong-seal'
  | 'end-missing';

interface Parsed {
  readonly source: string;
  readonly type: string;
  readonly epoch: string;
  readonly sequence: string;
  readonly prevhash: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A body as an event, or undefined: whoever tampers need not write what we would. */
function parse(body: Buffer): Parsed | undefined {
  try {
    const event = JSON.parse(body.toString()) as Parsed | null;
    return event !== null && typeof event.data === 'object' && event.data !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Without `key` the seals' signatures are not judged, only counted. `onRow` is called after each row. */
export function prove(connection: Connection, chain: ChainRow, key: KeyObject | undefined, onRow: (rows: number) => void): Proof {
  let [previous, hash] = [chain.prunedSequence, chain.prunedHash];
  let [rows, seals, sealed] = [0, 0, chain.prunedSequence];
  const faultOf = ({ sequence, body }: StoredEvent): ProofFault | undefined => {
    if (sequence !== previous + 1) return 'gap';
    const event = parse(body);
    if (!event) return 'not-an-event';
    if (event.epoch !== chain.epoch) return 'wrong-epoch';
    if (event.sequence !== sequenceText(sequence)) return 'wrong-sequence';
    if (event.prevhash !== hash) return 'wrong-prevhash';
    if (event.type !== 'gate.seal.v1') return undefined;
    const [from, to, seal] = [textOf(event.data['from']), textOf(event.data['to']), textOf(event.data['seal'])];
    seals += 1;
    sealed = sequence;
    const covers = to === sequenceText(previous);
    const signed = !key || sealHolds(seal, { source: event.source, epoch: chain.epoch, from, to, hash }, key);
    return covers && signed ? undefined : 'wrong-seal';
  };
  const events = connection.prepare<[], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence').iterate();
  for (const event of events) {
    const fault = faultOf(event);
    if (fault === 'gap') return { ok: false, rows, sequence: previous + 1, fault };
    if (fault === 'wrong-prevhash' && previous > chain.prunedSequence && isWhole(event, events.next())) {
      // The one after is as it was sealed into the chain, so what it does not fit is the one before.
      return { ok: false, rows: rows - 1, sequence: previous, fault: 'changed' };
    }
    if (fault) return { ok: false, rows, sequence: event.sequence, fault };
    previous = event.sequence;
    hash = hashOf(event.body);
    rows += 1;
    onRow(rows);
  }
  if (previous < chain.sealedSequence) return { ok: false, rows, sequence: previous + 1, fault: 'end-missing' };
  return { ok: true, rows, seals, unsealed: previous - sealed };
}

/** Whether the event after it vouches for an event's bytes; the last event has nobody, and the doubt falls on the one before. */
function isWhole({ body }: StoredEvent, after: IteratorResult<StoredEvent, unknown>): boolean {
  return after.done === true || parse(after.value.body)?.prevhash === hashOf(body);
}
