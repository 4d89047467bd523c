// A journal in a process whose files may not grow beyond a limit: a full disk. One command a line: `scan`, `retry`; answers
// each with a line of JSON.

import { createInterface } from 'node:readline';

import { clockData } from '../../src/admission/event.ts';
import { SqliteJournal } from '../../src/journal/journal.ts';
import { systemClock } from '../../src/system/clock.ts';
import { jwkThumbprint, readerKey } from '../../src/system/secrets.ts';

const [folder = ''] = process.argv.slice(2);
const clock = systemClock('Asia/Ho_Chi_Minh');
const key = readerKey(folder);
const faults: string[] = [];
const journal = new SqliteJournal({
  folder,
  source: '/gates/a/b',
  clock,
  presenceDay: ({ day }) => day,
  key,
  kid: jwkThumbprint(key),
  onSetAside: ({ fault }) => faults.push(`set aside: ${fault}`),
  onAppended: () => undefined,
  onFault: (message) => faults.push(message ?? 'works again'),
});

const padding = 'x'.repeat(3_000);

function scan() {
  const moment = clock.describe(clock.read());
  return journal.append({ moment, type: 'gate.stop.v1', data: { reason: padding, clock: clockData(moment) } });
}

for await (const command of createInterface({ input: process.stdin })) {
  const answer = command === 'scan' ? scan() : journal.retry();
  process.stdout.write(`${JSON.stringify({ answer, faults })}\n`);
}
journal.close();
