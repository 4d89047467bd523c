// The embedded broker as an installer's own MQTT client sees it.
import { createServer } from 'node:net';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readCursors } from '../../src/uplink/cursors.ts';
import { freePort } from '../fakes/mosquitto.ts';
import { base, upTo } from './centre.ts';
import { centre, journal, type Running, run, snapshot } from './running.ts';
import { until } from './until.ts';

async function urlOf(here: Running): Promise<string> {
  return `mqtt://127.0.0.1:${await until('port', () => here.ports[0])}`;
}

describe('the embedded broker', () => {
  test('keeps events back until somebody subscribes, then delivers them at once and in order', async () => {
    const rows = journal(3);
    const here = run(rows, { receipts: 'none', timings: { retryFirstMs: 60_000, retryMostMs: 60_000 } });
    here.uplink.state(snapshot('ready', 3));
    await until('refusal', () => here.reports.some((one) => one.code === 'not-delivered'));
    expect([here.cursors, here.faults.filter((one) => one !== undefined)]).toEqual([[], []]);
    const there = await centre(await urlOf(here));
    await until('3 rows', () => there.sequences().length === 3);
    here.uplink.appended(rows.append(1));
    await until('4 rows', () => there.sequences().length === 4);
    expect(there.sequences()).toEqual(upTo(4));
    await until('state', () => there.states()[0]?.state === 'ready');
    await until('cursor', () => here.cursors.at(-1)?.sent === 4);
    await here.uplink.close(1000);
    await until('the saved cursor', () => readCursors(rows.folder, 'epoch-1')?.sent === 4);
    expect(readCursors(rows.folder, 'epoch-1')).toEqual({ sent: 4, receipted: 0 });
  });

  test('a subscriber who left, who unsubscribed, or who listens elsewhere is none', async () => {
    const rows = journal();
    const here = run(rows, { receipts: 'none' });
    const url = await urlOf(here);
    const leaving = await centre(url, [`${base}/event`]);
    const changing = await centre(url, ['gates/v1/+/+/event']);
    await centre(url, [`${base}/state`, 'gates/v1/demo/other/#']);
    here.uplink.appended(rows.append(1));
    await until('row 1', () => changing.sequences().length === 1 && leaving.sequences().length === 1);
    await leaving.close();
    await changing.client.unsubscribeAsync('gates/v1/+/+/event');
    here.uplink.appended(rows.append(1));
    await until('refusal', () => here.reports.some((one) => one.code === 'not-delivered'));
    await changing.client.subscribeAsync('gates/#', { qos: 1 });
    await until('row 2', () => changing.sequences().includes(2));
    expect(changing.sequences()).toEqual([1, 2]);
  });

  test('takes another port if its own is in use', async () => {
    const taken = createServer().listen(await freePort(), '127.0.0.1');
    onTestFinished(() => void taken.close());
    await until('taken', () => taken.listening);
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const here = run(journal(), { listen: { host: '127.0.0.1', port } });
    const got = await until('port', () => here.ports[0]);
    expect(got).not.toBe(port);
    await until('connected', () => here.links.at(-1)?.connected);
  });

  test('uses the port it is given', async () => {
    const port = await freePort();
    const here = run(journal(), { listen: { host: '127.0.0.1', port } });
    expect(await until('port', () => here.ports[0])).toBe(port);
  });

  test('lets others publish receipts, but nothing in the name of the reader', async () => {
    const rows = journal(2);
    const here = run(rows, { receipts: 'required' });
    const there = await centre(await urlOf(here));
    await until('2 rows', () => there.sequences().length === 2);
    for (const topic of ['event', 'batch', 'state', 'health']) {
      await expect(there.client.publishAsync(`${base}/${topic}`, '{}', { qos: 1 })).rejects.toThrow('Not authorized');
    }
    await there.receipt({ epoch: 'epoch-1', sequence: 2 });
    await until('receipt', () => here.receipts.at(-1) === 2);
  });

  test('lets nobody else in under the client id of the reader', async () => {
    const here = run(journal(), {});
    const url = await urlOf(here);
    await until('connected', () => here.links.at(-1)?.connected);
    const name = 'gate-reader-demo-demo';
    const options = { protocolVersion: 5, clientId: name, username: name, password: 'guess', reconnectPeriod: 0 } as const;
    const intruder = connectAsync(url, options, false);
    await expect(intruder).rejects.toThrow(/Not authorized|connect to server/);
    expect(here.links).toHaveLength(1);
  });

  test('drains a backlog to a subscriber who is there first', async () => {
    const rows = journal(5000);
    const here = run(rows, { receipts: 'none' });
    const there = await centre(await urlOf(here));
    await until('5000 rows', () => there.sequences().length >= 5000);
    expect(there.sequences()).toEqual(upTo(5000));
  });
});
