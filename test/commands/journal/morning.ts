// A morning at a gate as a real journal, for the commands that look at one.

import { clockData } from '../../../src/admission/event.ts';
import { openRecord, type Record, rowsOf } from '../../fakes/record.ts';

/** A start, three scans, a fault, a refusal, a seal: seven events, and the journal still open as under a daemon. */
export function morning(): Record {
  const record = openRecord();
  record.start();
  for (const index of [1, 2, 3]) {
    record.clock.advance(1_000);
    record.scan(index, 'both');
  }
  const moment = record.clock.describe(record.clock.read());
  const clock = clockData(moment);
  record.journal.append({
    moment,
    type: 'gate.fault.v1',
    data: { part: 'scanner:main', state: 'lost', message: 'rút "cáp"', clock },
  });
  const unknown = {
    gate: 'cong-chinh',
    scanner: 'main',
    verdict: 'denied',
    reason: 'unrecognised',
    credential: { kind: 'unknown' },
    clock,
  } as const;
  record.journal.append({ moment, type: 'gate.scan.v1', data: unknown });
  record.journal.seal(moment);
  return record;
}

export const bytesOf = ({ file }: Record): string =>
  rowsOf(file)
    .map(({ body }) => `${body.toString()}\n`)
    .join('');
