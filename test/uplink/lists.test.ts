// Signed lists on their way in, against a real Mosquitto: they arrive whole, at connect and at change, and never disturb the rest.
import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listOf, topicsOf } from '../../src/uplink/topics.ts';
import { startMqttProxy } from '../fakes/mqtt-proxy.ts';
import { base } from './centre.ts';
import { certificates } from './certificates.ts';
import { publishHead, publishPacket } from './packets.ts';
import { centre, journal, mosquitto, quick, run } from './running.ts';
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

  test('a retained list of 30 MB is told as too large and disturbs nothing', async () => {
    const broker = await mosquitto({ config: LARGE });
    const there = await centre(broker.url);
    await there.client.publishAsync('lists/v1/demo/roster', Buffer.alloc(30 * 1024 * 1024), { qos: 1, retain: true });
    const rows = journal(1);
    const here = run(rows, { broker: broker.url });
    await until('1 row', () => there.sequences().length === 1);
    await until('the refusal', () => here.tooLarge.length > 0);
    await there.client.publishAsync('lists/v1/demo/revoked', 'small', { qos: 1 });
    await until('the small list', () => here.lists.length > 0);
    expect(here.tooLarge).toEqual(['roster']);
    expect(here.lists.map(({ name }) => name)).toEqual(['revoked']);
    expect(here.links).toHaveLength(1);
  });

  test('over TLS as well', async () => {
    const authority = certificates();
    const { certFile, keyFile } = authority.issue('server', 'IP:127.0.0.1');
    const broker = await mosquitto({ config: [...LARGE, `certfile ${certFile}`, `keyfile ${keyFile}`] });
    const url = `mqtts://127.0.0.1:${broker.port}`;
    const there = await centre(url, [], { rejectUnauthorized: false });
    await there.client.publishAsync('lists/v1/demo/roster', Buffer.alloc(30 * 1024 * 1024), { qos: 1, retain: true });
    const here = run(journal(), { broker: url, tls: { caFile: authority.caFile } });
    await until('the refusal', () => here.tooLarge.length > 0);
    await there.client.publishAsync('lists/v1/demo/revoked', 'small', { qos: 1 });
    await until('the small list', () => here.lists.length > 0);
    expect([here.tooLarge, here.links.length]).toEqual([['roster'], 1]);
  });

  test('too large ones with QoS 0 and 1 in a row are each over for a broker that has no other on its way meanwhile', async () => {
    const broker = await mosquitto({ config: [...LARGE, 'max_inflight_bytes 1000000'] });
    const there = await centre(broker.url);
    const here = run(journal(), { broker: broker.url });
    await until('connected', () => here.links.at(-1)?.connected);
    const large = Buffer.alloc(25 * 1024 * 1024);
    for (const [list, qos] of [
      ['roster', 1],
      ['policy', 0],
      ['keys', 1],
      ['guests', 1],
    ] as const) {
      await there.client.publishAsync(`lists/v1/demo/${list}`, large, { qos });
    }
    await there.client.publishAsync('lists/v1/demo/revoked', 'small', { qos: 1 });
    await until('the small list', () => here.lists.length > 0);
    expect(here.tooLarge).toEqual(['roster', 'policy', 'keys', 'guests']);
    expect(Buffer.from(here.lists[0]?.jws ?? []).toString()).toBe('small');
    expect(here.links).toHaveLength(1);
  });

  test('a receipt that is too large, and anything else, is told once a connection', async () => {
    const broker = await mosquitto();
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    const there = await centre(broker.url);
    const here = run(journal(1), { broker: proxy.url });
    await until('1 row', () => there.sequences().length === 1);
    const large = Buffer.alloc(25 * 1024 * 1024);
    for (const topic of [`${base}/receipt`, `${base}/receipt`, 'elsewhere', 'elsewhere'])
      proxy.inject(publishPacket(topic, large));
    await there.receipt({ epoch: 'epoch-1', sequence: 1 });
    await until('receipt', () => here.receipts.at(-1) === 1);
    expect(here.reports).toEqual([
      { code: 'receipt-ignored', fields: { cause: 'oversized' } },
      { code: 'message-skipped', fields: { cause: 'packet too large (0x95)' } },
    ]);
    expect(here.links).toHaveLength(1);
  });

  test('a long message on a slow line keeps the connection; once it stalls, that is over', async () => {
    const broker = await mosquitto();
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    const rows = journal(1);
    // Unacknowledged for 0.5 s or silent for 1.5 s: the connection would end.
    const here = run(rows, { broker: proxy.url, timings: { ...quick, keepAliveSeconds: 1, acknowledgementMs: 500 } });
    const there = await centre(broker.url);
    await there.client.publishAsync('lists/v1/demo/revoked', 'small', { qos: 1, retain: true });
    await until('subscribed', () => here.lists.length === 1);
    proxy.inject(publishHead('lists/v1/demo/roster', 200 * 1024 * 1024));
    const piece = Buffer.alloc(256 * 1024);
    let sent = 0;
    const line = setInterval(() => {
      proxy.inject(piece);
      sent += 1;
    }, 50);
    onTestFinished(() => clearInterval(line));
    here.uplink.appended(rows.append(1));
    await until('3 s of it', () => sent >= 60);
    expect(here.links).toHaveLength(1);
    expect(here.tooLarge).toEqual(['roster']);
    clearInterval(line);
    await until('link lost', () => here.links.some(({ connected }) => !connected));
    expect(here.links[1]?.message).toContain('it acknowledged nothing for 0.5 s');
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
