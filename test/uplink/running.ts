// An uplink under test with everything its hooks said, and its resources given back after the test.
import { onTestFinished } from 'vitest';
import type { Cursors } from '../../src/uplink/cursors.ts';
import type { CommandArrival, ReportFields, StateSnapshot, Suspicion, UplinkOptions } from '../../src/uplink/messages.ts';
import { startUplink, type Uplink } from '../../src/uplink/uplink.ts';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../fakes/mosquitto.ts';
import { type Centre, openCentre } from './centre.ts';
import { makeJournal, type TestJournal } from './journal.ts';

export interface Heard {
  readonly links: { connected: boolean; message: string | undefined }[];
  readonly receipts: number[];
  readonly lists: { name: string; jws: Uint8Array }[];
  readonly tooLarge: string[];
  readonly commands: CommandArrival[];
  readonly dropped: number[];
  /** Each move; that they stand at nothing, as is told at first, is none. */
  readonly cursors: Cursors[];
  readonly reports: { code: string; fields: ReportFields }[];
  readonly faults: (string | undefined)[];
  readonly damages: Suspicion[];
  readonly ports: number[];
}

export interface Running extends Heard {
  readonly uplink: Uplink;
}

/** Shorter than the contract's, so that a test shows in a second what takes minutes at a gate. */
export const quick = { retryFirstMs: 50, retryMostMs: 200, reconnectFirstMs: 50, reconnectMostMs: 200, connectMs: 3000 };

export function run(rows: TestJournal, options: Partial<UplinkOptions>): Running {
  const heard: Heard = {
    links: [],
    receipts: [],
    lists: [],
    tooLarge: [],
    commands: [],
    dropped: [],
    cursors: [],
    reports: [],
    faults: [],
    damages: [],
    ports: [],
  };
  const uplink = startUplink(
    {
      dataFolder: rows.folder,
      site: 'demo',
      reader: 'demo',
      version: '0.0.0',
      listen: { host: '127.0.0.1', port: 0 },
      receipts: 'required',
      timings: quick,
      ...options,
    },
    {
      listening: (port) => heard.ports.push(port),
      link: (connected, message) => heard.links.push({ connected, message }),
      receipted: (sequence) => heard.receipts.push(sequence),
      list: (name, jws) => heard.lists.push({ name, jws }),
      command: (arrival) => heard.commands.push(arrival),
      commandsDropped: (count) => heard.dropped.push(count),
      listTooLarge: (name) => heard.tooLarge.push(name),
      cursors: (cursors) => {
        const { sent, receipted } = heard.cursors.at(-1) ?? { sent: 0, receipted: 0 };
        if (cursors.sent !== sent || cursors.receipted !== receipted) heard.cursors.push(cursors);
      },
      damaged: (suspicion) => heard.damages.push(suspicion),
      report: (code, fields) => heard.reports.push({ code, fields }),
      faulted: (message) => heard.faults.push(message),
    },
  );
  onTestFinished(() => uplink.close(300));
  return { uplink, ...heard };
}

export async function mosquitto(options?: MosquittoOptions): Promise<Mosquitto> {
  const broker = await startMosquitto(options);
  onTestFinished(() => broker.kill());
  return broker;
}

export async function centre(...given: Parameters<typeof openCentre>): Promise<Centre> {
  const opened = await openCentre(...given);
  onTestFinished(() => opened.close());
  return opened;
}

export function journal(rows = 0): TestJournal {
  const made = makeJournal();
  onTestFinished(() => made.close());
  if (rows > 0) made.append(rows);
  return made;
}

export function snapshot(state: StateSnapshot['state'], sequence = 0): StateSnapshot {
  return { state, epoch: 'epoch-1', sequence, clock: { state: 'synchronised' }, faults: [], at: '2026-11-21T06:45:03.127+07:00' };
}
