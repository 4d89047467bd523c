// A journal that is damaged under a running daemon, or before its start: whatever can still be read of it reaches the centre, and
// nobody has to do anything for it.

import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';

import { Centre, chainFault } from './fakes/centre.ts';
import type { Daemon } from './fakes/daemon.ts';
import { eventually } from './fakes/eventually.ts';
import { type Kiosk, makeKiosk, READER, SITE } from './fakes/kiosk.ts';
import { startMosquitto } from './fakes/mosquitto.ts';
import { cardOf } from './fakes/people.ts';

const PAGE_BYTES = 512;
/** Of a page of 512 bytes no more cells of an event fit. */
const MOST_OF_A_PAGE = 12;
const PEOPLE = 60;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A kiosk where people were let in while nobody listened at the broker. */
async function unheard(): Promise<{ url: string; kiosk: Kiosk; daemon: Daemon }> {
  const broker = await startMosquitto();
  cleanups.push(() => broker.kill());
  const kiosk = makeKiosk({ broker: broker.url });
  cleanups.push(() => kiosk.remove());
  const daemon = kiosk.start();
  await daemon.ready();
  for (let index = 1; index <= PEOPLE; index += 1) await kiosk.scanner.write(`${cardOf(index)}\r`);
  await eventually('every answer', () => daemon.feedback().length === PEOPLE);
  return { url: broker.url, kiosk, daemon };
}

/** Noise over the page that holds these words. */
function spoil({ data }: Kiosk, words: string): void {
  const file = join(data, 'journal.db');
  const journal = new Database(file);
  journal.pragma('wal_checkpoint(TRUNCATE)');
  journal.close();
  const page = Math.floor(readFileSync(file).indexOf(words) / PAGE_BYTES);
  expect(page).toBeGreaterThanOrEqual(0);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, page * PAGE_BYTES);
  closeSync(descriptor);
}

async function centreAt(url: string): Promise<Centre> {
  const centre = await Centre.connect(url, { site: SITE, reader: READER, receipts: true });
  cleanups.push(() => centre.close());
  return centre;
}

const asideIn = ({ data }: Kiosk) => readdirSync(data).filter((name) => /^damaged-.*journal\.db$/u.test(name));
const labelsAt = (centre: Centre) =>
  new Set(centre.scans().map(({ event }) => (event.data['credential'] as { label: string }).label));
const label = (index: number) => `******${String(index).padStart(6, '0')}`;

test('a page is damaged under the running daemon: the rest of what nobody had heard arrives without a restart', {
  timeout: 60_000,
}, async () => {
  const { url, kiosk, daemon } = await unheard();
  spoil(kiosk, '"sequence":"000000000030"');
  // Nobody need read that page until somebody listens.
  const centre = await centreAt(url);
  await eventually('a new journal', () => asideIn(kiosk).length === 1);
  await kiosk.scanner.write(`${cardOf(PEOPLE + 1)}\r`);
  await eventually('the next answer', () => daemon.feedback().length === PEOPLE + 1);
  await eventually('the end of it', () => daemon.stderr.some((line) => line.includes('leftovers-sent')));
  await eventually('the last of both', () => labelsAt(centre).has(label(PEOPLE)) && labelsAt(centre).has(label(PEOPLE + 1)));
  const missing = Array.from({ length: PEOPLE + 1 }, (_, at) => label(at + 1)).filter((one) => !labelsAt(centre).has(one));
  expect(missing.length).toBeLessThanOrEqual(MOST_OF_A_PAGE);
  const epochs = [...new Set(centre.events().map(({ event }) => event.epoch))];
  expect(epochs).toHaveLength(2);
  const newest = centre.scans().find(({ event }) => JSON.stringify(event.data).includes(label(PEOPLE + 1)))?.event.epoch;
  expect(chainFault(centre.events().filter(({ event }) => event.epoch === newest))).toBeUndefined();
  expect(asideIn(kiosk)).toHaveLength(1);
  expect(await daemon.stop()).toBe(0);
});

test('the first page is gone at the start: SQLite reads nothing of it, the centre gets all of it', {
  timeout: 60_000,
}, async () => {
  const { url, kiosk, daemon } = await unheard();
  expect(await daemon.stop()).toBe(0);
  spoil(kiosk, 'SQLite format 3');
  const again = kiosk.start();
  await again.ready();
  const centre = await centreAt(url);
  await eventually('everybody', () => labelsAt(centre).size === PEOPLE);
  await eventually('the end of it', () => again.stderr.some((line) => line.includes('leftovers-sent')));
  const old = centre.scans()[0]?.event.epoch;
  const events = centre.events().filter(({ event }) => event.epoch === old);
  expect(chainFault(events)).toBeUndefined();
  expect(events.map(({ event }) => event.type).slice(-2)).toEqual(['gate.stop.v1', 'gate.seal.v1']);
  expect(await again.stop()).toBe(0);
});
