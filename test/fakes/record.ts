// A real journal in a folder of its own, with scans of invented people, and everything that it told.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';

import { clockData, type EventContent, scanEvent, sequenceText } from '../../src/admission/event.ts';
import { judge } from '../../src/admission/policy/order.ts';
import { presenceDay } from '../../src/admission/policy/presence-day.ts';
import type { Direction, LaneDirection, Past, Recorded, RosterEntry } from '../../src/admission/ports.ts';
import { SqliteJournal } from '../../src/journal/journal.ts';
import { jwkThumbprint, publicJwk, readerKey } from '../../src/system/secrets.ts';
import { listsOf, POLICY } from './judging.ts';
import { cardNumber } from './people.ts';
import { type SetClock, setClock } from './set-clock.ts';

export const SOURCE = '/gates/thcs-phung-cong/cong-chinh-1';

export interface Told {
  readonly setAside: { readonly file: string; readonly fault: string; readonly epoch: string }[];
  readonly appended: number[];
  readonly faults: (string | undefined)[];
}

export interface Record extends Told {
  readonly folder: string;
  readonly file: string;
  readonly clock: SetClock;
  readonly journal: SqliteJournal;
  /** Records a granted scan of card `index`, of somebody with this roster entry where one is given. */
  scan(index: number, direction?: LaneDirection, entry?: RosterEntry): Recorded;
  /** Records `gate.start.v1` with the reader's key. */
  start(): Recorded;
}

/** A temporary folder that goes with the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens (or makes) the journal of a folder; closed with the test. */
export function openRecord({
  folder = dataFolder(),
  clock = setClock('2026-11-21T06:45:00+07:00'),
  exitAllAt = '00:00',
} = {}): Record {
  mkdirSync(folder, { recursive: true });
  const told: Told = { setAside: [], appended: [], faults: [] };
  const key = readerKey(folder);
  const journal = new SqliteJournal({
    folder,
    source: SOURCE,
    clock,
    presenceDay: (moment) => presenceDay(moment, exitAllAt),
    key,
    kid: jwkThumbprint(key),
    onSetAside: (setAside) => told.setAside.push(setAside),
    onAppended: (sequence) => told.appended.push(sequence),
    onFault: (message) => told.faults.push(message),
  });
  onTestFinished(() => journal.close());
  return {
    ...told,
    folder,
    file: join(folder, 'journal.db'),
    clock,
    journal,
    scan: (index, direction = 'in', entry) =>
      journal.record((past) => scanOf({ index, direction, clock, past, ...(entry ? { entry } : {}) })),
    start() {
      const moment = clock.describe(clock.read());
      const data = { version: '0.0.0', gate: 'cong-chinh', key: { ...publicJwk(key), kid: jwkThumbprint(key) } };
      const { state, boot, monotonicMs } = moment;
      return journal.append({ moment, type: 'gate.start.v1', data: { ...data, clock: { state, boot, monotonicMs } } });
    },
  };
}

/** The pseudonym that stands for a person in these tests. */
export const refOf = (index: number): string => String(index).padStart(26, 'A');

interface Judging {
  readonly index: number;
  readonly direction: LaneDirection;
  readonly clock: SetClock;
  readonly past: Past;
  readonly entry?: RosterEntry;
}

function scanOf({ index, direction, clock, past, entry }: Judging): EventContent {
  const moment = clock.describe(clock.read());
  const number = cardNumber(index);
  const presented = {
    kind: 'cccd',
    identifier: number,
    holder: 'unlisted',
    label: `******${number.slice(-6)}`,
    warnings: [],
  } as const;
  const ref = refOf(index);
  const policy = { ...POLICY, antiPassback: 'off', accept: { cccd: 'record' } } as const;
  const gate = 'cong-chinh';
  const lists = listsOf({ roster: entry ? [entry] : [] });
  const verdict = judge({
    presented,
    ref,
    ...(entry ? { entry } : {}),
    gate,
    direction,
    moment,
    policy,
    past,
    lists,
    builtMs: 0,
  });
  return scanEvent({ gate, scanner: 'main', presented, ref, entry, verdict, moment });
}

/** Records that nobody went through after this scan; `epoch`: of another journal. */
export function annul(
  { journal, clock }: Pick<Record, 'journal' | 'clock'>,
  scan: Recorded,
  more: { readonly epoch?: string; readonly releases?: string } = {},
): Recorded {
  const { epoch = journal.epoch, ...releases } = more;
  const moment = clock.describe(clock.read());
  const sequence = sequenceText(scan.ok ? scan.sequence : 0);
  const told = { gate: 'cong-chinh', input: 'turn', outcome: 'annulled', cause: 'grant', direction: 'in' } as const;
  const data = { ...told, scan: { epoch, sequence }, clock: clockData(moment) };
  return journal.append({ moment, ...releases, type: 'gate.passage.v1', data });
}

/** What the journal says of a person's last passage today. */
export function lastPassage({ journal, clock }: Pick<Record, 'journal' | 'clock'>, index: number): Direction | undefined {
  const { day } = clock.describe(clock.read());
  return askPast({ journal, clock }, (past) => past.lastPassage(refOf(index), day)?.direction);
}

/** What the past says inside a transaction; the transaction records a denied scan, which is nobody's passage. */
export function askPast<T>({ journal, clock }: Pick<Record, 'journal' | 'clock'>, ask: (past: Past) => T): T | undefined {
  let answer: T | undefined;
  journal.record((past) => {
    answer = ask(past);
    const moment = clock.describe(clock.read());
    return scanEvent({
      gate: 'cong-chinh',
      scanner: 'main',
      presented: { kind: 'unknown', flaw: 'unrecognised' },
      ref: undefined,
      entry: undefined,
      verdict: { verdict: 'denied', reason: 'unrecognised' },
      moment,
    });
  });
  return answer;
}

export interface Row {
  readonly sequence: number;
  readonly body: Buffer;
}

/** Every row, read by a connection of the test's own. */
export function rowsOf(file: string): Row[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare<[], Row>('SELECT sequence, body FROM event ORDER BY sequence').all();
  } finally {
    database.close();
  }
}

/** Changes a journal behind the program's back. */
export function tamper(file: string, change: (database: Database.Database) => void): void {
  const database = new Database(file);
  try {
    change(database);
  } finally {
    database.close();
  }
}

/** Rewrites one event's text. */
export function rewrite(file: string, sequence: number, change: (text: string) => string): void {
  tamper(file, (database) => {
    const { body } = database.prepare<[number], Row>('SELECT * FROM event WHERE sequence = ?').get(sequence) ?? {
      body: Buffer.alloc(0),
    };
    database.prepare('UPDATE event SET body = ? WHERE sequence = ?').run(Buffer.from(change(body.toString())), sequence);
  });
}
