// What can become of the journal's file itself: a page of it is overwritten, it is deleted under the daemon, it is very large.

import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { SITE as STORED_SITE } from '../bench/daemon.ts';
import type { DiskPart } from './disk-parts.ts';
import { type DiskStage, onDisk } from './disk-stage.ts';
import type { Figures } from './experiment.ts';
import { between } from './random.ts';
import { delivered, FaultedReader, labelOf } from './reader.ts';

export const PAGE_BYTES = 512;
/** Of an overflow page (SQLite's file format, 1.6): the next one's number. */
const POINTER_BYTES = 4;
const CODES = { least: 5, most: 60 };
const STOP_EVENTS = 2;
const CAUGHT_UP = { deadlineMs: 60_000, quietMs: 20_000 };

/** Random bytes over a page while the daemon is down: found at the start where it matters, set aside, and the gate goes on. */
export const PAGE: DiskPart = {
  name: 'damaged-page',
  play: (place) =>
    onDisk({ ...place, name: PAGE.name }, async (stage) => {
      const { rounds, random } = place.context;
      for (let round = 0; round < rounds; round += 1) {
        await scanSome(stage, random);
        // A journal that was closed is whole in its own file; after a kill the newest rows are in the write-ahead log.
        await (round < 2 || random() < 0.5 ? stage.reader.stop() : stage.reader.kill());
        // SQLite finds its first page wrong, only the chain one of the newest scan; what another is for is chance.
        damage(stage, (file) => [0, newestScan(file)][round] ?? between(random, 0, file.length / PAGE_BYTES - 1));
        await stage.reader.start();
        await stage.hears('ready');
        await scanSome(stage, random);
      }
      const aside = readdirSync(stage.reader.data).filter((name) => /^damaged-.*\.db$/u.test(name)).length;
      if (aside === 0) stage.broken.push('it met no trouble');
      if (stage.turnedAway > 0) stage.broken.push(`${stage.turnedAway} were turned away for a damaged page`);
      const figures = await stage.figures(rounds, [`${rounds} pages overwritten, ${aside} journals set aside`]);
      // What nobody was shown may have been on the page: a stop and its seal that the centre did not have yet.
      const gaps = Math.max(0, figures.gaps - STOP_EVENTS * rounds);
      return { ...figures, gaps, chain: figures.chain + breaksIn(place.context.root, stage.reader.data) };
    }),
};

/** The page that holds the verdict of the scan that was stored last. */
export const newestScan = (file: Buffer): number => Math.floor(file.lastIndexOf('"verdict":"granted"') / PAGE_BYTES);

/** Overwrites one page; its bytes before. */
export function damage({ reader }: DiskStage, pageOf: (file: Buffer) => number): Buffer {
  const file = join(reader.data, 'journal.db');
  const before = readFileSync(file);
  const page = pageOf(before);
  const fd = openSync(file, 'r+');
  // The first bytes say which page comes next; the rest is the event's.
  const whole = page === 0 ? 0 : POINTER_BYTES;
  writeSync(fd, randomBytes(PAGE_BYTES - whole), 0, PAGE_BYTES - whole, page * PAGE_BYTES + whole);
  closeSync(fd);
  return before.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
}

/** The file is gone while it is open: a commit into it would record nothing. */
export const DELETED: DiskPart = {
  name: 'deleted',
  play: (place) =>
    onDisk({ ...place, name: DELETED.name }, async (stage) => {
      const { rounds, random } = place.context;
      const epochs = new Set<string>();
      for (let round = 0; round < rounds; round += 1) {
        await scanSome(stage, random);
        epochs.add(stage.ledger.epoch);
        const alone = random() < 0.5;
        for (const suffix of alone ? [''] : ['', '-wal', '-shm']) rmSync(join(stage.reader.data, `journal.db${suffix}`));
        await scanSome(stage, random);
      }
      epochs.add(stage.ledger.epoch);
      if (epochs.size !== rounds + 1) stage.broken.push(`${rounds} deletions, but ${epochs.size} epochs`);
      if (stage.turnedAway > 0) stage.broken.push(`${stage.turnedAway} were turned away for a deleted file`);
      return await stage.figures(rounds, [`${epochs.size} epochs`]);
    }),
};

/** What the centre has by then can't be lost with the file. */
async function scanSome(stage: DiskStage, random: () => number): Promise<void> {
  const wanted = between(random, CODES.least, CODES.most);
  await stage.scan((codes) => codes >= wanted);
  await delivered(stage.reader, stage.ledger, CAUGHT_UP);
}

const EVENTS = { short: 100_000, long: 5_000_000 };
/** From so many rounds on it is the long form. */
const LONG_ROUNDS = 50;
const READY_MS_MOST = 15_000;
const SCANS = 100;
const CHILD = fileURLToPath(new URL('large-journal.child.ts', import.meta.url));

/** A large journal is opened and written as quickly as a small one, and stays whole. */
export const LARGE: DiskPart = {
  name: 'large',
  async play({ context, brokerUrl }): Promise<Figures> {
    const { root, folder, rounds } = context;
    const events = rounds >= LONG_ROUNDS ? EVENTS.long : EVENTS.short;
    // Its own broker address leads nowhere: what a centre makes of so many events is not asked here.
    const broker = brokerUrl.replace(/:\d+$/u, ':1');
    const reader = new FaultedReader({ root, folder, reader: LARGE.name, broker, settings: { site: STORED_SITE } });
    await promisify(execFile)(process.execPath, [CHILD, reader.data, LARGE.name, String(events)]);
    try {
      const startedMs = performance.now();
      await reader.start();
      const readyMs = performance.now() - startedMs;
      const tookMs: number[] = [];
      for (let scan = 0; scan < SCANS; scan += 1) {
        const scannedMs = performance.now();
        await reader.scan();
        tookMs.push(performance.now() - scannedMs);
      }
      await reader.kill();
      const missing = missingIn(join(reader.data, 'journal.db'));
      const sorted = tookMs.sort((a, b) => a - b);
      const figures = [sorted[SCANS / 2] ?? 0, sorted.at(-1) ?? 0].map((ms) => `${ms.toFixed(1)} ms`);
      const broken = [
        ...(readyMs > READY_MS_MOST ? [`${LARGE.name}: ready after ${Math.round(readyMs)} ms`] : []),
        ...(reader.shown.size === SCANS ? [] : [`${LARGE.name}: ${reader.shown.size} of ${SCANS} scans granted`]),
      ];
      const notes = [
        `${LARGE.name}: ${events} events, ready after ${Math.round(readyMs)} ms, a scan ${figures.join(', at most ')}`,
      ];
      const counts = { rounds: 1, shown: reader.shown.size, lost: missing, duplicates: 0, gaps: 0 };
      return { ...counts, chain: breaksIn(root, reader.data), broken, notes };
    } finally {
      await reader.close();
    }
  },
};

/** 1 where the journal that is on the disk does not prove itself. */
function breaksIn(root: string, data: string): number {
  const { status } = spawnSync(join(root, 'scripts', 'gate-reader'), ['journal', 'verify', '--data', data]);
  return status === 0 ? 0 : 1;
}

/** How many of the cards that were scanned are not among the newest rows. */
function missingIn(file: string): number {
  const journal = new Database(file, { readonly: true });
  const rows = journal
    .prepare<[number], Buffer>('SELECT body FROM event ORDER BY sequence DESC LIMIT ?')
    .pluck()
    .all(SCANS * 2);
  journal.close();
  const stored = new Set(rows.map((body) => /"label":"([^"]+)"/u.exec(body.toString())?.[1]));
  return Array.from({ length: SCANS }, (_, at) => labelOf(at + 1)).filter((label) => !stored.has(label)).length;
}
