// The uplink as the daemon starts it, against a real Mosquitto: what arrives, in which form and order, and what is kept.
import { renameSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readBacklog } from '../../src/uplink/backlog.ts';
import { readCursors } from '../../src/uplink/cursors.ts';
import { base, upTo } from './centre.ts';
import { bodyOf } from './journal.ts';
import { centre, journal, mosquitto, run, snapshot } from './running.ts';
import { until } from './until.ts';

describe('startUplink with a broker', () => {
  test('rows journalled before the connection arrive as batches of at most 200, byte for byte', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(450);
    run(rows, { broker: broker.url });
    await until('450 rows', () => there.sequences().length === 450);
    expect(there.sequences()).toEqual(upTo(450));
    expect(there.on('event')).toEqual([]);
    const batches = there.on('batch');
    expect(batches.map((one) => (JSON.parse(one.payload.toString()) as unknown[]).length)).toEqual([200, 200, 50]);
    expect(batches[2]?.payload.toString()).toBe(
      `[${upTo(450, 401)
        .map((n) => bodyOf('epoch-1', n).toString())
        .join(',')}]`,
    );
    expect(new Set(batches.map((one) => one.contentType))).toEqual(new Set(['application/cloudevents-batch+json']));
    expect(batches.some((one) => one.retain)).toBe(false);
  });

  test('rows journalled while connected arrive singly, in order, byte for byte', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal();
    const here = run(rows, { broker: broker.url });
    await until('link', () => here.links.length > 0);
    for (let at = 0; at < 30; at += 1) here.uplink.appended(rows.append(1));
    await until('30 rows', () => there.sequences().length === 30);
    expect(there.on('event').map((one) => one.payload.toString())).toEqual(upTo(30).map((n) => bodyOf('epoch-1', n).toString()));
    expect(there.on('event')[0]?.contentType).toBe('application/cloudevents+json');
    await until('cursor', () => here.cursors.at(-1)?.sent === 30);
    expect(here.cursors.at(-1)).toEqual({ sent: 30, receipted: 0 });
  });

  test('without a subscriber nothing counts as sent, and everything is delivered once one comes', async () => {
    const broker = await mosquitto();
    const rows = journal(5);
    const here = run(rows, { broker: broker.url, receipts: 'none' });
    await until('refusal', () => here.reports.some((one) => one.code === 'not-delivered'));
    expect(here.reports).toEqual([{ code: 'not-delivered', fields: { cause: 'nobody subscribes to it (0x10)' } }]);
    expect(here.cursors.filter(({ sent }) => sent > 0)).toEqual([]);
    expect(readBacklog(rows.folder, 'none', Date.now()).count).toBe(5);
    const there = await centre(broker.url);
    await until('5 rows', () => there.sequences().length >= 5);
    await until('cursor', () => here.cursors.at(-1)?.sent === 5);
    expect(there.sequences()).toEqual(upTo(5));
    expect(here.reports.at(-1)?.code).toBe('delivering');
    expect(here.faults.filter((one) => one !== undefined)).toEqual([]);
    // The file follows the cursors within a second.
    await until('the saved cursor', () => readBacklog(rows.folder, 'none', Date.now()).count === 0);
  });

  test('a receipt moves the receipted cursor; a new start sends from the first row without a receipt', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(20);
    const first = run(rows, { broker: broker.url });
    await until('20 rows', () => there.sequences().length === 20);
    expect(readBacklog(rows.folder, 'required', Date.parse('2026-11-21T06:46:03.127+07:00'))).toEqual({
      count: 20,
      oldestAgeSeconds: 60,
    });
    await there.receipt({ epoch: 'epoch-1', sequence: 12 });
    await until('receipt', () => first.receipts.at(-1) === 12);
    await first.uplink.close(1000);
    expect(readCursors(rows.folder, 'epoch-1')).toEqual({ sent: 20, receipted: 12 });
    run(rows, { broker: broker.url });
    await until('8 rows again', () => there.sequences().length === 28);
    expect(there.sequences().slice(20)).toEqual(upTo(20, 13));
  });

  test('a retained receipt found at connect is taken, rows that were pruned are not missed', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    await there.receipt({ epoch: 'epoch-1', sequence: 30 });
    const rows = journal(40);
    rows.prune(25);
    const here = run(rows, { broker: broker.url });
    await until('receipt', () => here.receipts.at(-1) === 30);
    await until('rows', () => there.sequences().includes(40));
    expect(there.sequences().filter((n) => n > 30)).toEqual(upTo(40, 31));
    expect(there.sequences().every((n) => n > 25)).toBe(true);
  });

  test('wrong receipts are ignored and reported once a cause, and a right one still counts', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(10);
    const here = run(rows, { broker: broker.url });
    await until('10 rows', () => there.sequences().length === 10);
    await there.receipt({ epoch: 'epoch-1', sequence: 6 });
    for (const wrong of [
      { epoch: 'other', sequence: 7 },
      { epoch: 'epoch-1', sequence: '7' },
      { epoch: 'epoch-1', sequence: 5 },
    ]) {
      await there.receipt(wrong);
      await there.receipt(wrong);
    }
    await there.receipt({ epoch: 'epoch-1', sequence: 11 });
    await there.receipt('no json');
    await there.receipt('x'.repeat(65 * 1024));
    await there.receipt({ epoch: 'epoch-1', sequence: 8 });
    await until('receipt', () => here.receipts.at(-1) === 8);
    expect(here.receipts).toEqual([6, 8]);
    expect(here.reports.map((one) => one.fields['cause'])).toEqual([
      'other-epoch',
      'not-an-integer',
      'lower-than-the-last',
      'above-the-highest',
      'not-json',
      'oversized',
    ]);
  });

  test('resend is clipped to existing rows, sent as batches and honoured once a connection', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(300);
    rows.prune(10);
    const here = run(rows, { broker: broker.url });
    await until('290 rows', () => there.sequences().length === 290);
    await there.receipt({
      epoch: 'epoch-1',
      sequence: 100,
      resend: [
        [5, 14],
        [12, 16],
        [299, 999],
      ],
    });
    await until('rows again', () => there.sequences().length === 290 + 8);
    expect(there.sequences().slice(290)).toEqual([...upTo(16, 11), 299, 300]);
    await there.receipt({ epoch: 'epoch-1', sequence: 101, resend: [[50, 60]] });
    await until('receipt', () => here.receipts.at(-1) === 101);
    here.uplink.appended(rows.append(1));
    await until('row 301', () => there.sequences().includes(301));
    expect(there.sequences().slice(298)).toEqual([301]);
    expect(here.reports.map((one) => one.code)).toEqual(['resend-asked', 'resend-ignored']);
  });

  test('a broker killed in the middle of a drain and started again gets everything', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(20_000);
    const here = run(rows, { broker: broker.url });
    await until('some rows', () => there.sequences().length > 0);
    await broker.kill();
    await until('link lost', () => here.links.at(-1)?.connected === false);
    here.uplink.appended(rows.append(50));
    const again = await mosquitto({ port: broker.port });
    const later = await centre(again.url);
    await until('all rows', () => new Set([...there.sequences(), ...later.sequences()]).size === 20_050, 20_000);
    await until('cursor', () => here.cursors.at(-1)?.sent === 20_050);
    const causes = here.links.filter((one) => !one.connected).map((one) => one.message);
    expect(causes.every((one) => /cut the connection|closed the connection|nothing listens there/.test(one ?? ''))).toBe(true);
  });

  test('state is retained with session and version, on each change and anew on each connect; stopped on close', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(1);
    const first = run(rows, { broker: broker.url });
    first.uplink.state(snapshot('ready', 1));
    await until('ready', () => there.states().length === 1);
    first.uplink.state({ ...snapshot('degraded', 1), faults: [{ part: 'scanner:main', message: 'unplugged' }] });
    await until('degraded', () => there.states().length === 2);
    first.uplink.appended(rows.append(1));
    await first.uplink.close(2000);
    await until('stopped', () => there.states().at(-1)?.state === 'stopped');
    expect(there.sequences()).toEqual([1, 2]);
    const second = run(rows, { broker: broker.url });
    second.uplink.state(snapshot('ready', 2));
    await until('ready again', () => there.states().length === 4);
    expect(there.states().map((one) => [one.state, one.session])).toEqual([
      ['ready', 1],
      ['degraded', 1],
      ['stopped', 1],
      ['ready', 2],
    ]);
    expect(there.states()[1]).toEqual({
      state: 'degraded',
      session: 1,
      epoch: 'epoch-1',
      sequence: 1,
      version: '0.0.0',
      clock: { state: 'synchronised' },
      faults: [{ part: 'scanner:main', message: 'unplugged' }],
      at: '2026-11-21T06:45:03.127+07:00',
    });
    const newcomer = await centre(broker.url);
    await until('retained state', () => newcomer.on('state')[0]?.retain);
  });

  test('health is retained, with the backlog added, on connect and whenever it is given', async () => {
    const broker = await mosquitto();
    const rows = journal(7);
    const here = run(rows, { broker: broker.url });
    const there = await centre(broker.url, [`${base}/health`]);
    await until('connected', () => here.links.at(-1)?.connected);
    here.uplink.health({ temperature: 41, backlog: 'replaced' });
    await until('health', () => there.on('health').length > 0);
    expect(there.on('health')[0]?.payload.toString()).toContain('"temperature":41');
    const newcomer = await centre(broker.url, [`${base}/health`]);
    const health = await until('health', () => newcomer.on('health')[0]);
    expect(health.retain).toBe(true);
    const value = JSON.parse(health.payload.toString()) as {
      temperature: number;
      backlog: { count: number; oldestAgeSeconds: number };
    };
    expect(value).toMatchObject({ temperature: 41, backlog: { count: 7 }, link: { session: 1 } });
    expect(value.backlog.oldestAgeSeconds).toBeTypeOf('number');
    const before = there.on('health').length;
    here.uplink.health({ temperature: 42 });
    await until('second health', () => there.on('health').length > before);
  });

  test('a journal with a new epoch is sent from its first row, with cursors of its own', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(3);
    const here = run(rows, { broker: broker.url });
    await until('3 rows', () => there.sequences().length === 3 && here.cursors.at(-1)?.sent === 3);
    const other = rows.replace('epoch-2');
    other.append(2);
    here.uplink.reopen('epoch-2');
    await until('2 rows', () => there.sequences().length === 5);
    expect(there.sequences().slice(3)).toEqual([1, 2]);
    await there.receipt({ epoch: 'epoch-2', sequence: 1 });
    await until('receipt', () => here.receipts.at(-1) === 1);
    await here.uplink.close(1000);
    expect(readCursors(rows.folder, 'epoch-1')).toEqual({ sent: 3, receipted: 0 });
    expect(readCursors(rows.folder, 'epoch-2')).toEqual({ sent: 2, receipted: 1 });
  });

  test('rows that pile up beyond 100 while connected go as batches', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal();
    const here = run(rows, { broker: broker.url });
    await until('link', () => here.links.length > 0);
    here.uplink.appended(rows.append(150));
    await until('150 rows', () => there.sequences().length === 150);
    expect(there.sequences()).toEqual(upTo(150));
    expect(there.on('event')).toEqual([]);
  });

  test('a journal that is not there yet is a fault until it is, and is then sent', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal();
    renameSync(`${rows.folder}/journal.db`, `${rows.folder}/away.db`);
    const here = run(rows, { broker: broker.url });
    here.uplink.state(snapshot('degraded'));
    await until('fault', () => here.faults.at(-1)?.includes('the journal cannot be read'));
    await until('state all the same', () => there.states().length > 0);
    for (const rest of ['away.db', 'journal.db-wal', 'journal.db-shm']) rmSync(`${rows.folder}/${rest}`, { force: true });
    rows.replace('epoch-2').append(2);
    here.uplink.reopen('epoch-2');
    await until('2 rows', () => there.sequences().length === 2);
    expect(here.faults.at(-1)).toBeUndefined();
  });
});
