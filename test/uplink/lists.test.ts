// Signed lists on their way in, against a real Mosquitto: they arrive whole, at connect and at change, and never disturb the rest.
import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listOf, topicsOf } from '../../src/uplink/topics.ts';
import { startMqttProxy } from '../fakes/mqtt-proxy.ts';
import { centre, journal, mosquitto, run } from './running.ts';
import { until } from './until.ts';

/** Larger than the broker's default queue of one message, smaller than its limit. */
const LARGE = ['allow_anonymous true', 'message_size_limit 0'];

describe('lists over MQTT', () => {
  test('a retained list arrives at connect, a changed one at once, each under its name and byte for byte', async () => {
    const broker = await mosquitto({ config: LARGE });
    const there = await centre(broker.url);
    const roster = randomBytes(12 * 1024 * 1024);
    await there.client.publishAsync('lists/v1/demo/roster', roster, { qos: 1, retain: true });
    await there.client.publishAsync('lists/v1/other/roster', 'of another site', { qos: 1, retain: true });
    const here = run(journal(), { broker: broker.url });
    await until('the retained list', () => here.lists.length === 1);
    await there.client.publishAsync('lists/v1/demo/revoked', 'small', { qos: 1, retain: true });
    await until('the changed list', () => here.lists.length === 2);
    expect(here.lists.map(({ name, jws }) => [name, jws.length])).toEqual([
      ['roster', roster.length],
      ['revoked', 5],
    ]);
    expect(roster.equals(here.lists[0]?.jws ?? Buffer.alloc(0))).toBe(true);
    expect(Buffer.from(here.lists[1]?.jws ?? []).toString()).toBe('small');
    expect(here.links).toHaveLength(1);
  });

  test('asking for the lists has the retained ones sent again', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    await there.client.publishAsync('lists/v1/demo/keys', 'keys', { qos: 1, retain: true });
    const here = run(journal(), { broker: broker.url });
    here.uplink.askForLists();
    await until('the list', () => here.lists.length === 1);
    here.uplink.askForLists();
    await until('the list again', () => here.lists.length === 2);
  });

  test('a list that was taken off the broker is not an empty list', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const here = run(journal(), { broker: broker.url });
    await until('connected', () => here.links.at(-1)?.connected);
    await there.client.publishAsync('lists/v1/demo/roster', '', { qos: 1, retain: true });
    await there.client.publishAsync('lists/v1/demo/policy', 'after it', { qos: 1, retain: true });
    await until('the other list', () => here.lists.length > 0);
    expect(here.lists.map(({ name }) => name)).toEqual(['policy']);
  });

  test('a list of 30 MB never arrives and disturbs nothing', async () => {
    const broker = await mosquitto({ config: LARGE });
    const there = await centre(broker.url);
    await there.client.publishAsync('lists/v1/demo/roster', Buffer.alloc(30 * 1024 * 1024), { qos: 1, retain: true });
    const rows = journal(1);
    const here = run(rows, { broker: broker.url });
    await until('1 row', () => there.sequences().length === 1);
    await there.client.publishAsync('lists/v1/demo/revoked', 'small', { qos: 1 });
    await until('the small list', () => here.lists.length > 0);
    expect(here.lists.map(({ name }) => name)).toEqual(['revoked']);
    expect(here.links).toHaveLength(1);
  });

  test('a broker that sends more than agreed is cut off before it is collected', async () => {
    const broker = await mosquitto();
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    const here = run(journal(), { broker: proxy.url });
    await until('connected', () => here.links.at(-1)?.connected);
    // A PUBLISH of 28 MiB begins.
    proxy.inject(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x0e]));
    await until('link lost', () => here.links.some(({ message }) => message?.includes('packet too large')));
  });

  test('an access list that keeps the lists from this reader disturbs nothing', async () => {
    const acl = 'topic readwrite gates/#\ntopic write lists/#\n';
    const broker = await mosquitto({ config: ['allow_anonymous true', 'acl_file {folder}/acl'], files: { acl } });
    const there = await centre(broker.url);
    const here = run(journal(1), { broker: broker.url });
    await until('1 row', () => there.sequences().length === 1);
    await there.client.publishAsync('lists/v1/demo/roster', 'unheard', { qos: 1 });
    await there.receipt({ epoch: 'epoch-1', sequence: 1 });
    await until('receipt', () => here.receipts.at(-1) === 1);
    expect(here.lists).toEqual([]);
    expect(here.links).toHaveLength(1);
  });
});

describe('listOf', () => {
  test.each([
    ['lists/v1/demo/roster', 'roster'],
    ['lists/v1/demo/', ''],
    ['lists/v1/demo/a/b', undefined],
    ['lists/v1/other/roster', undefined],
    ['gates/v1/demo/demo/receipt', undefined],
  ])('%s', (topic, name) => {
    expect(listOf(topicsOf('demo', 'demo'), topic)).toBe(name);
  });
});
