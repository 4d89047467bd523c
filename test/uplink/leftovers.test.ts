// What was never delivered of a journal that was set aside: sent from its file, once, in order, as far as it can be read.
import Database from 'better-sqlite3';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readLeftover } from '../../src/uplink/cursors.ts';
import { asideIn } from '../../src/uplink/leftovers.ts';
import { type Centre, upTo } from './centre.ts';
import { bodyOf, makeJournal, type TestJournal } from './journal.ts';
import { centre, mosquitto, quick, run } from './running.ts';
import { until } from './until.ts';

/** A reader whose journal of so many rows was found damaged, and the one it goes on with. */
function reader(rows: number, spoil?: (file: string) => void): TestJournal {
  const before = makeJournal('epoch-1');
  before.append(rows);
  const after = before.setAside('epoch-2', spoil);
  onTestFinished(() => after.close());
  after.append(3);
  return after;
}

/** The cursors that the uplink had saved. */
function cursors({ folder }: TestJournal, epoch: string, sent: number, receipted: number): void {
  const database = new Database(join(folder, 'uplink.db'));
  database.exec('CREATE TABLE cursor(epoch TEXT PRIMARY KEY, sent INTEGER NOT NULL, receipted INTEGER NOT NULL) STRICT');
  database.prepare('INSERT INTO cursor VALUES (?, ?, ?)').run(epoch, sent, receipted);
  database.close();
}

/** Noise over the page on which an event begins. */
const spoilt = (sequence: number) => (file: string) => {
  const words = `"sequence":"${String(sequence).padStart(12, '0')}"`;
  const page = Math.floor(readFileSync(file).indexOf(words) / 512);
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(512, 0xa5), 0, 512, page * 512);
  closeSync(fd);
};

/** What came of an epoch, in the order it came. */
const numbers = (listener: Centre, epoch: string): number[] =>
  [...listener.on('event'), ...listener.on('batch')]
    .flatMap(({ payload }) => JSON.parse(payload.toString()) as { epoch: string; sequence: string }[])
    .flat()
    .filter((event) => event.epoch === epoch)
    .map(({ sequence }) => Number(sequence));

/** All of them, up to the last: a broker acknowledges before it passes on. */
const come = (listener: Centre, epoch: string, last: number): Promise<true> =>
  until(`${last} of ${epoch}`, () => numbers(listener, epoch).includes(last) || undefined);

const sentOf = (reports: readonly { code: string; fields: object }[]) =>
  reports.find(({ code }) => code === 'leftovers-sent')?.fields;

describe('the uplink beside a journal that was set aside', () => {
  test('sends what the centre has no receipt for, beside the events of today, and says how much', async () => {
    const rows = reader(300, spoilt(150));
    cursors(rows, 'epoch-1', 120, 100);
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const { uplink, reports } = run(rows, { broker: broker.url });
    const [file = ''] = asideIn(rows.folder);
    const told = await until('the end of it', () => sentOf(reports));
    await come(listener, 'epoch-1', 300);
    const came = numbers(listener, 'epoch-1');
    const missing = upTo(300, 101).filter((sequence) => !came.includes(sequence));
    expect(missing).toContain(150);
    expect(missing.length).toBeLessThan(5);
    expect(came).toEqual(upTo(300, 101).filter((sequence) => !missing.includes(sequence)));
    expect(told).toEqual({ file, sent: came.length, unreadable: missing.length });
    expect(numbers(listener, 'epoch-2')).toEqual([1, 2, 3]);
    const batch = listener.on('batch').find(({ payload }) => payload.includes('"epoch":"epoch-1"'));
    expect(batch).toMatchObject({ contentType: 'application/cloudevents-batch+json', retain: false });
    expect(batch?.payload.subarray(1).indexOf(bodyOf('epoch-1', 101))).toBe(0);
    uplink.health({ at: 'now' });
    const aside = { files: 1, pending: 0, sent: came.length, unreadable: missing.length };
    await until('health', () => listener.on('health').some(({ payload }) => payload.includes('"aside"')));
    expect(JSON.parse(String(listener.on('health').at(-1)?.payload))).toMatchObject({ aside });
  });

  test('without receipts begins behind what the broker delivered', async () => {
    const rows = reader(300);
    cursors(rows, 'epoch-1', 290, 0);
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const { reports } = run(rows, { broker: broker.url, receipts: 'none' });
    expect(await until('the end of it', () => sentOf(reports))).toMatchObject({ sent: 10, unreadable: 0 });
    await come(listener, 'epoch-1', 300);
    expect(numbers(listener, 'epoch-1')).toEqual(upTo(300, 291));
  });

  test('goes on after a restart where it was, and is done once', async () => {
    const rows = reader(9_000);
    const [file = ''] = asideIn(rows.folder);
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const first = run(rows, { broker: broker.url });
    await until('some of them', () => numbers(listener, 'epoch-1').length > 500);
    await first.uplink.close(0);
    const before = readLeftover(rows.folder, file)?.through ?? 0;
    expect(before).toBeGreaterThan(0);
    const second = run(rows, { broker: broker.url });
    expect(await until('the end of it', () => sentOf(second.reports))).toMatchObject({ sent: 9_000, unreadable: 0 });
    await come(listener, 'epoch-1', 9_000);
    const came = numbers(listener, 'epoch-1');
    expect(new Set(came).size).toBe(9_000);
    // A batch whose acknowledgement was under way comes twice.
    expect(came.length - 9_000).toBeLessThanOrEqual(2 * 200);
    await second.uplink.close(1000);
    const third = run(rows, { broker: broker.url });
    await until('the link', () => third.links.some(({ connected }) => connected));
    await until('the end of it', () => third.cursors.length > 0);
    expect(third.reports).toEqual([]);
    expect(numbers(listener, 'epoch-1')).toHaveLength(came.length);
  });

  test('counts nothing as delivered that nobody heard', async () => {
    const rows = reader(50);
    const [file = ''] = asideIn(rows.folder);
    const broker = await mosquitto();
    const { reports } = run(rows, { broker: broker.url });
    await until('a refusal', () => reports.some(({ code }) => code === 'not-delivered'));
    expect(readLeftover(rows.folder, file)).toBeUndefined();
    const listener = await centre(broker.url);
    await until('the end of it', () => sentOf(reports));
    await come(listener, 'epoch-1', 50);
    expect(numbers(listener, 'epoch-1')).toEqual(upTo(50));
  });

  test('keeps within what the broker takes, one message at a time', async () => {
    const rows = reader(100);
    const broker = await mosquitto({ config: ['allow_anonymous true', 'max_packet_size 1500', 'max_inflight_messages 1'] });
    const listener = await centre(broker.url);
    const { reports } = run(rows, { broker: broker.url });
    expect(await until('the end of it', () => sentOf(reports), 20_000)).toMatchObject({ sent: 100 });
    await come(listener, 'epoch-1', 100);
    expect(numbers(listener, 'epoch-1')).toEqual(upTo(100));
    expect(Math.max(...listener.on('batch').map(({ payload }) => payload.length))).toBeLessThanOrEqual(1500);
  });

  test('loses nothing where the broker dies on the way', async () => {
    const rows = reader(9_000);
    const first = await mosquitto();
    const listener = await centre(first.url);
    const { reports } = run(rows, { broker: first.url });
    await until('some of them', () => numbers(listener, 'epoch-1').length > 500);
    await first.kill();
    await mosquitto({ port: first.port });
    const again = await centre(first.url);
    await until('the end of it', () => sentOf(reports), 20_000);
    await come(again, 'epoch-1', 9_000);
    const came = [...numbers(listener, 'epoch-1'), ...numbers(again, 'epoch-1')];
    expect(new Set(came).size).toBe(9_000);
  });

  test('takes up one that is set aside while it runs, and every other after it', async () => {
    const older = makeJournal('epoch-1');
    older.append(20);
    const rows = older.setAside('epoch-2');
    rows.append(30);
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const { uplink, reports } = run(rows, { broker: broker.url });
    await until('the first', () => sentOf(reports));
    await until('its own', () => numbers(listener, 'epoch-2').length === 30);
    const next = rows.setAside('epoch-3');
    onTestFinished(() => next.close());
    next.append(2);
    uplink.reopen('epoch-3');
    await until('both', () => reports.filter(({ code }) => code === 'leftovers-sent').length === 2);
    await come(listener, 'epoch-3', 2);
    await come(listener, 'epoch-2', 30);
    expect([...new Set(numbers(listener, 'epoch-1'))]).toEqual(upTo(20));
    expect([...new Set(numbers(listener, 'epoch-2'))]).toEqual(upTo(30));
  });

  test('is done with a file of which nothing can be read, and does nothing at all without one', async () => {
    const rows = reader(50, (file) => writeFileSync(file, 'x'.repeat(20_000)));
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const first = run(rows, { broker: broker.url });
    expect(await until('the end of it', () => sentOf(first.reports))).toMatchObject({ sent: 0, unreadable: 0 });
    await come(listener, 'epoch-2', 3);
    expect(numbers(listener, 'epoch-2')).toEqual([1, 2, 3]);
    const sound = makeJournal('epoch-9');
    onTestFinished(() => sound.close());
    sound.append(5);
    const second = run(sound, { broker: broker.url, reader: 'other', timings: quick });
    second.uplink.health({ at: 'now' });
    await until('its cursors', () => second.cursors.some(({ sent }) => sent === 5) || second.reports.length > 0);
    expect(second.reports.map(({ code }) => code)).toEqual(['not-delivered']);
  });
});
