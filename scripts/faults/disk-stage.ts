// One reader whose disk is spoilt and mended again while codes are scanned, its centre, and what must hold whatever the disk does.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../test/fakes/eventually.ts';
import type { Context, Figures } from './experiment.ts';
import { Ledger } from './ledger.ts';
import { delivered, FaultedReader, type ReaderSetup, SITE } from './reader.ts';

export interface DiskPlace {
  readonly name: string;
  readonly context: Context;
  readonly brokerUrl: string;
  readonly daemon?: Pick<ReaderSetup, 'environment' | 'through' | 'settings'>;
}

/** A journal that failed is tried again each 5 s; a message for the centre takes a moment. */
const TOLD_MS = 30_000;
const SCAN_EVERY_MS = 5;

export class DiskStage {
  readonly name: string;
  readonly reader: FaultedReader;
  readonly ledger: Ledger;
  /** Codes that were answered `denied journal-failed`, by their label. */
  readonly failed = new Map<string, string>();
  /** How often that was the answer. */
  turnedAway = 0;
  readonly broken: string[] = [];

  constructor({ name, context: { root, folder }, brokerUrl, daemon }: DiskPlace) {
    this.name = name;
    this.ledger = new Ledger({ url: brokerUrl, site: SITE, reader: name, receipts: true });
    this.reader = new FaultedReader({ root, folder, reader: name, broker: brokerUrl, ...daemon });
  }

  /** Whether the journal works as far as the last code knows. */
  get lastGranted(): boolean {
    return this.reader.last?.verdict === 'granted';
  }

  /** Scans new codes until `done` says so of the number of codes. Each is recorded and granted, or denied for the journal. */
  async scan(done: (codes: number) => boolean): Promise<void> {
    for (let codes = 0; !done(codes) && this.reader.alive; codes += 1) {
      await this.present(this.reader.nextCode().bytes);
      await delay(SCAN_EVERY_MS);
    }
  }

  async present(bytes: string): Promise<void> {
    const answer = await this.reader.present(bytes);
    if (answer === undefined) return;
    const { verdict, reason, label } = answer;
    const words = `${verdict} ${reason}`;
    if (words === 'granted recorded') this.failed.delete(label);
    else if (words === 'denied journal-failed') {
      this.failed.set(label, bytes);
      this.turnedAway += 1;
    } else this.broken.push(`${label} was answered ${words}`);
  }

  /** Waits until the centre heard that the journal is lost, or that all is well. */
  async hears(state: 'degraded' | 'ready'): Promise<void> {
    const told = () => this.ledger.states.at(-1);
    const journalLost = () => JSON.stringify(told()?.['faults'] ?? []).includes('"part":"journal"');
    const come = () => told()?.['state'] === state && journalLost() === (state === 'degraded');
    await eventually(`${state} at the centre`, come, { deadlineMs: TOLD_MS, detail: () => JSON.stringify(told()) }).catch(
      (error) => this.broken.push(error instanceof Error ? error.message : String(error)),
    );
  }

  /** Those who were turned away come again; on a disk that works everybody is recorded. */
  async again(most: number): Promise<void> {
    const codes = [...this.failed.values()].slice(0, most);
    for (const bytes of codes) await this.present(bytes);
    const still = codes.filter((bytes) => [...this.failed.values()].includes(bytes)).length;
    if (still > 0) this.broken.push(`${still} of ${codes.length} who came again were turned away again`);
  }

  /** Lets the centre catch up and counts. `quietMs`: after so long without anything new nothing more is expected. */
  async figures(rounds: number, notes: readonly string[] = [], quietMs = 20_000): Promise<Figures> {
    const { reader, ledger, name, failed } = this;
    await delivered(reader, ledger, { deadlineMs: 120_000, quietMs });
    const code = await reader.stop();
    const judged = ledger.judge(reader.shown);
    const codes = ledger.codes();
    const ghosts = [...failed.keys()].filter((label) => codes.has(label)).length;
    const broken = [
      ...ledger.strange,
      ...this.broken,
      ...(ghosts > 0 ? [`${ghosts} scans that were denied for the journal are in the journal`] : []),
      ...(code === 0 ? [] : [`ended with ${code}`]),
    ];
    return {
      rounds,
      shown: reader.shown.size,
      duplicates: ledger.duplicates,
      ...judged,
      broken: broken.map((words) => `${name}: ${words}`),
      notes: [[`${name}: ${reader.shown.size} shown, ${this.turnedAway} turned away, ${judged.lost} lost`, ...notes].join(', ')],
    };
  }

  async close(): Promise<void> {
    await this.reader.close();
    await this.ledger.close();
  }
}

/** Sets a stage, with the daemon ready, and clears it away after `play`. */
export async function onDisk(place: DiskPlace, play: (stage: DiskStage) => Promise<Figures>): Promise<Figures> {
  const stage = new DiskStage(place);
  try {
    await stage.ledger.open();
    await stage.reader.start();
    return await play(stage);
  } finally {
    await stage.close();
  }
}
