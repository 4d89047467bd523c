// A journal is damaged while it holds what nobody at the broker has heard yet: all of it that was not on the page must still come, by
// itself. And one of which nothing at all is left: a gate that was locked stays locked, a command that was used stays used.

import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import mqtt from 'mqtt';
import { commander, send } from '../../test/fakes/command.ts';
import { eventually } from '../../test/fakes/eventually.ts';
import { newKey } from '../../test/fakes/issuer.ts';
import { publicJwk } from '../../src/system/secrets.ts';
import { damage, newestScan, PAGE_BYTES } from './disk-files.ts';
import type { DiskPart } from './disk-parts.ts';
import { type DiskStage, onDisk } from './disk-stage.ts';
import { between } from './random.ts';
import { delivered, SITE } from './reader.ts';

const NAME = 'damaged-unsent';
const CODES = { least: 40, most: 150 };
/** What a page may hold (SQLite's file format, 1.6): cells of events in a leaf, a piece of one event, or none of any. */
const LEAF = 0x0d;
const INNER = 0x05;
const EVENTS_IN_LEAF = 12;
const EVENTS_IN_OVERFLOW = 1;
/** An uplink that nobody heard tries again each ten seconds at most. */
const CAUGHT_UP = { deadlineMs: 60_000, quietMs: 12_000 };
const NOTICED_MS = 20_000;
/** All that is to come has come by then. */
const QUIET_MS = 3_000;

export const UNSENT: DiskPart = {
  name: NAME,
  async play(place) {
    const key = newKey();
    const issuers = join(place.context.folder, `${NAME}.issuers.json`);
    writeFileSync(issuers, JSON.stringify({ keys: [publicJwk(key)] }));
    return await onDisk({ ...place, name: NAME, daemon: { settings: { trust: { issuers } } } }, async (stage) => {
      const { rounds, random, say } = place.context;
      let [forgiven, lost] = [0, 0];
      for (let round = 0; round < rounds; round += 1) {
        const most = await unheard(stage, { round, random });
        const missing = stage.ledger.judge(stage.reader.shown).lost;
        if (missing - lost > most) stage.broken.push(`a page that held at most ${most} events cost ${missing - lost}`);
        forgiven += most;
        lost = missing;
        say(`${NAME}: ${round + 1} of ${rounds}, ${lost} were on the pages`);
      }
      if (asideIn(stage) === 0) stage.broken.push('it met no trouble');
      await locked(stage, place.brokerUrl, commander(`/gates/${SITE}/${NAME}`, Date.now, key));
      if (stage.turnedAway > 0) stage.broken.push(`${stage.turnedAway} were turned away for a damaged page`);
      const words = `${lost} of them on the ${rounds} pages that were overwritten, ${asideIn(stage)} journals set aside`;
      const figures = await stage.figures(rounds, [words], QUIET_MS);
      return { ...figures, lost: Math.max(0, figures.lost - lost), gaps: Math.max(0, figures.gaps - forgiven) };
    });
  },
};

const asideIn = ({ reader }: DiskStage): number =>
  readdirSync(reader.data).filter((name) => /^damaged-.*journal\.db$/u.test(name)).length;

interface Chance {
  readonly round: number;
  readonly random: () => number;
}

/** Scans while nobody listens, damages a page, and listens again. @returns how many events may have been on the page */
async function unheard(stage: DiskStage, { round, random }: Chance): Promise<number> {
  const { reader, ledger } = stage;
  await ledger.close();
  const wanted = between(random, CODES.least, CODES.most);
  await stage.scan((codes) => codes >= wanted);
  const running = round % 2 === 0;
  if (running) intoFile(stage);
  else await (random() < 0.5 ? reader.stop() : reader.kill().then(() => intoFile(stage)));
  const page = damage(stage, (file) => pageOf(file, { round, random }));
  if (!running) await reader.start();
  await ledger.open();
  await stage.scan((codes) => codes >= 5);
  await delivered(reader, ledger, CAUGHT_UP);
  const sentToTheEnd = (): boolean => reader.stderr.filter((line) => line.includes('"leftovers-sent"')).length >= asideIn(stage);
  await noticed(stage, `what is left after round ${round}`, sentToTheEnd);
  if (page[0] === LEAF) return EVENTS_IN_LEAF;
  return page[0] === 0 ? EVENTS_IN_OVERFLOW : 0;
}

async function noticed(stage: DiskStage, what: string, come: () => boolean): Promise<void> {
  await eventually(what, come, { deadlineMs: NOTICED_MS }).catch((error: unknown) => stage.broken.push(String(error)));
}

/** What is in the write-ahead log is on none of the file's pages yet. */
function intoFile({ reader }: DiskStage): void {
  const journal = new Database(join(reader.data, 'journal.db'));
  journal.pragma('wal_checkpoint(TRUNCATE)');
  journal.close();
}

/** First one that holds events nobody has; then the first page, without which SQLite opens nothing; then one above others; then chance. */
function pageOf(file: Buffer, { round, random }: Chance): number {
  const last = Math.floor(file.length / PAGE_BYTES) - 1;
  if (round === 0) return newestScan(file) - between(random, 10, 40);
  if (round === 1) return 0;
  const inner = Array.from({ length: last }, (_, at) => at + 1).filter((page) => file[page * PAGE_BYTES] === INNER);
  return round === 2 && inner.length > 0 ? (inner.at(-1) ?? 0) : between(random, Math.floor(last / 2), last);
}

/** Nothing of the journal is left, and the centre's word still holds. */
async function locked(stage: DiskStage, brokerUrl: string, centre: ReturnType<typeof commander>): Promise<void> {
  const { reader, ledger, broken } = stage;
  const session = (): number => Number(ledger.states.at(-1)?.['session'] ?? 0);
  const client = await mqtt.connectAsync(brokerUrl, { protocolVersion: 5 });
  const order = async (jws: string, wanted: string): Promise<void> => {
    const { reason } = await send(client, `gates/v1/${SITE}/${NAME}/command`, jws);
    if (reason !== wanted) broken.push(`a command was answered ${String(reason)}, not ${wanted}`);
  };
  try {
    const [lock, unlock] = [centre.sign('lock'), centre.sign('unlock')];
    await order(unlock, 'ok');
    await order(centre.sign('lock'), 'ok');
    const before = session();
    await reader.stop();
    const file = join(reader.data, 'journal.db');
    writeFileSync(file, randomBytes(statSync(file).size));
    await reader.start();
    // A command to a reader that has not subscribed yet goes nowhere; what it tells of itself comes after that.
    await noticed(stage, 'the next session', () => session() > before);
    const answer = await reader.present(reader.nextCode().bytes);
    if (answer?.reason !== 'blocked') broken.push(`a locked gate answered ${answer?.verdict} ${answer?.reason}`);
    await order(lock, 'replayed');
    await order(unlock, 'replayed');
    await order(centre.sign('unlock'), 'ok');
    await stage.present(reader.nextCode().bytes);
  } finally {
    await client.endAsync(true);
  }
}
