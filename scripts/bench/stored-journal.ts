// A journal that already holds many events, made quickly: the journal's own format, chain and seal, written in one
// transaction that is not flushed until the end.

import type { KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { clockData, type EventContent, sequenceText, serialise } from '../../src/admission/event.ts';
import type { Moment } from '../../src/admission/ports.ts';
import { chainOf, hashOf } from '../../src/journal/chain.ts';
import { openForWriting } from '../../src/journal/database.ts';
import { JOURNAL_FILE } from '../../src/journal/journal.ts';
import { makeSeal } from '../../src/journal/seal.ts';
import { systemClock } from '../../src/system/clock.ts';
import { jwkThumbprint, readerKey } from '../../src/system/secrets.ts';
import { SCANNER, SITE } from './daemon.ts';

/** A million events are then 3,334 a day: a large school's year. */
const DAYS = 300;
const DAY_MS = 86_400_000;
const ZONE = 'Asia/Ho_Chi_Minh';
const ZONE_MS = 7 * 3_600_000;
/** How many people come to the gate. */
const PEOPLE = 1_000;

export interface StoredJournal {
  /** Events in it; the last one is the seal. */
  readonly events: number;
  /** Bytes of one scan event. */
  readonly eventBytes: number;
}

/**
 * Fills `folder` with `events` events of reader `reader`, spread over the last 300 days in equal shares, so that today has its
 * share however early it is.
 */
export function storeJournal(folder: string, reader: string, events: number): StoredJournal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = readerKey(folder);
  const file = join(folder, JOURNAL_FILE);
  const connection = openForWriting(file);
  connection.pragma('journal_mode = OFF');
  connection.pragma('synchronous = OFF');
  connection.pragma('cache_size = -65536');
  const { epoch } = chainOf(connection);
  const source = `/gates/${SITE}/${reader}`;
  const insert = connection.prepare<[number, Buffer]>('INSERT INTO event (sequence, body) VALUES (?, ?)');
  let [prevhash, eventBytes] = ['', 0];
  const append = (sequence: number, content: EventContent) => {
    const body = Buffer.from(serialise(content, { id: uuidv7(), source, epoch, sequence, prevhash }));
    insert.run(sequence, body);
    prevhash = hashOf(body);
    return body.byteLength;
  };
  const clock = systemClock(ZONE);
  const wallMsOf = spread(events, Date.now());
  const momentOf = (sequence: number) => clock.describe({ wallMs: wallMsOf(sequence), monotonicMs: sequence });
  connection.transaction(() => {
    for (let sequence = 1; sequence < events; sequence += 1) eventBytes = append(sequence, scan(momentOf(sequence), sequence));
    append(
      events,
      seal(momentOf(events), { source, epoch, from: sequenceText(1), to: sequenceText(events - 1), hash: prevhash }, key),
    );
    connection.prepare('UPDATE chain SET sealed_sequence = ?').run(events - 1);
  })();
  connection.pragma('journal_mode = WAL');
  connection.close();
  flush(file);
  return { events, eventBytes };
}

function scan(moment: Moment, sequence: number): EventContent {
  return {
    moment,
    type: 'gate.scan.v1',
    data: {
      gate: 'kiosk',
      scanner: SCANNER,
      verdict: 'granted',
      reason: 'recorded',
      direction: 'in',
      credential: {
        kind: 'cccd',
        ref: `BENCH${String(sequence % PEOPLE).padStart(21, 'A')}`,
        holder: 'unlisted',
        label: '******000001',
      },
      clock: clockData(moment),
    },
  };
}

function seal(moment: Moment, run: Parameters<typeof makeSeal>[0], key: KeyObject): EventContent {
  const data = { from: run.from, to: run.to, seal: makeSeal(run, key, jwkThumbprint(key)), clock: clockData(moment) };
  return { moment, type: 'gate.seal.v1', data };
}

/** When each event was: as many on each whole day before today as today from midnight until now. Wall time in milliseconds. */
function spread(events: number, nowMs: number): (sequence: number) => number {
  const perDay = Math.ceil(events / DAYS);
  const today = Math.floor((nowMs + ZONE_MS) / DAY_MS);
  const sinceMidnightMs = nowMs + ZONE_MS - today * DAY_MS;
  return (sequence) => {
    const daysAgo = Math.floor((events - sequence) / perDay);
    const shareOfDay = 1 - ((events - sequence) % perDay) / perDay;
    const ofDayMs = Math.floor(shareOfDay * (daysAgo === 0 ? sinceMidnightMs : DAY_MS - 1));
    return (today - daysAgo) * DAY_MS + ofDayMs - ZONE_MS;
  };
}

/** So that the kernel does not write it back while something is measured. */
function flush(file: string): void {
  const fd = openSync(file, 'r+');
  fsyncSync(fd);
  closeSync(fd);
}
