// A broker that was taken over, or is only wrong: whatever it sends, the uplink goes on, believes nothing that it should not, and
// keeps its memory bounded.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { base } from './centre.ts';
import { ACCEPTED, type HostileBroker, startHostileBroker } from './hostile-broker.ts';
import { packetOf, publishHead, publishPacket } from './packets.ts';
import { journal, quick, type Running, run } from './running.ts';
import { until } from './until.ts';

async function hostile(): Promise<HostileBroker> {
  const broker = await startHostileBroker();
  onTestFinished(() => broker.close());
  return broker;
}

/** Events that reached it, by sequence number, each once. */
function rowsAt(broker: HostileBroker): number[] {
  const rows = broker.published
    .filter(({ topic }) => topic === `${base}/event` || topic === `${base}/batch`)
    .flatMap(({ payload }) => JSON.parse(payload.toString()) as { sequence: string } | { sequence: string }[]);
  return [...new Set(rows.map(({ sequence }) => Number(sequence)))];
}

/** The uplink still does its work: it takes a receipt, or connects again and does. */
async function worksOn(here: Running, broker: HostileBroker): Promise<void> {
  await until('subscribed', () => broker.subscribed && here.links.at(-1)?.connected);
  expect(here.reports.filter(({ code }) => code === 'worker-ended')).toEqual([]);
}

const property = (id: number, ...value: number[]) => Buffer.of(value.length + 1, id, ...value);
const text = (value: string) => Buffer.concat([Buffer.of(0, Buffer.byteLength(value)), Buffer.from(value)]);
const publishWith = (topic: Buffer, properties: Buffer, first = 0x30) =>
  packetOf(first, Buffer.concat([topic, properties, Buffer.from('x')]));
const command = text(`${base}/command`);

/** What ends the connection, by what it is; each is followed by a connection that works. */
const ENDS: readonly (readonly [string, Buffer])[] = [
  ['noise', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a second CONNACK', packetOf(0x20, ACCEPTED)],
  ['a packet of type 0', packetOf(0x00, Buffer.of(0))],
  ['a length of five bytes', Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01)],
  ['a PUBACK with flags', packetOf(0x4f, Buffer.of(0, 1))],
  ['a PUBACK of a reason that there is none of', packetOf(0x40, Buffer.of(0, 1, 0x55))],
  ['a PUBLISH with QoS 2', publishPacket(`${base}/command`, Buffer.from('x'), 7).fill(0x34, 0, 1)],
  ['a PUBLISH with QoS 3', publishPacket(`${base}/command`, Buffer.from('x'), 7).fill(0x36, 0, 1)],
  ['a PUBREL without an id', packetOf(0x62)],
  ['a PUBREL for a message that there was none of', packetOf(0x62, Buffer.of(0, 7))],
  ['a PUBREC', packetOf(0x50, Buffer.of(0, 7))],
  ['a PUBCOMP', packetOf(0x70, Buffer.of(0, 7))],
  ['a topic longer than the packet', packetOf(0x30, Buffer.of(0xff, 0xff, 0x61))],
  ['a topic alias that was not agreed on', publishWith(text(''), property(0x23, 0, 1))],
  ['properties longer than the packet', packetOf(0x30, Buffer.concat([command, Buffer.of(0x7f)]))],
  ['a property that there is none of', publishWith(command, property(0x7e, 1))],
  ['a command with two topics for the answer', publishWith(command, Buffer.of(8, 8, 0, 1, 0x61, 8, 0, 1, 0x62))],
  ['a command with two correlations', publishWith(command, Buffer.of(12, 8, 0, 1, 0x61, 9, 0, 1, 1, 9, 0, 1, 2))],
  ['a command whose topic for the answer is longer than the packet', publishWith(command, Buffer.of(3, 8, 0x7f, 0xff))],
  ['a command whose correlation is longer than the packet', publishWith(command, Buffer.of(7, 8, 0, 1, 0x61, 9, 0x7f, 0xff))],
  ['a DISCONNECT', packetOf(0xe0, Buffer.of(0x8b, 0))],
];

/** What changes nothing, not even the connection. */
const PASSES: readonly (readonly [string, Buffer])[] = [
  ['a CONNECT', packetOf(0x10, Buffer.concat([text('MQTT'), Buffer.of(5, 2, 0, 15, 0, 0, 0)]))],
  ['a SUBSCRIBE', packetOf(0x82, Buffer.concat([Buffer.of(0, 1, 0), text('#'), Buffer.of(1)]))],
  ['a PUBACK without an id', packetOf(0x40)],
  ['a PUBLISH with QoS 1 and the id 0', publishPacket('elsewhere', Buffer.from('x'), 0)],
  ['a SUBACK for nothing', packetOf(0x90, Buffer.of(0x7f, 0x7f, 0, 1))],
  ['an UNSUBACK for nothing', packetOf(0xb0, Buffer.of(0x7f, 0x7f, 0, 0))],
  ['a PUBACK for an id that was never used', packetOf(0x40, Buffer.of(0x7f, 0x7f))],
  ['a PINGRESP for no PINGREQ', packetOf(0xd0)],
  ['a message that nobody subscribed to', publishPacket('elsewhere', Buffer.from('x'))],
  ['a topic with a wildcard', publishPacket('gates/v1/demo/+/command', Buffer.from('x'))],
  ['every topic at once', publishPacket('#', Buffer.from('x'))],
  ['another reader’s command', publishPacket('gates/v1/demo/other/command', Buffer.from('x'))],
  ['what a reader says itself', publishPacket(`${base}/state`, Buffer.from('{"state":"stopped"}'), 9)],
  ['an empty command', publishPacket(`${base}/command`, Buffer.alloc(0), 9)],
  ['5 MB where nobody listens', publishPacket('elsewhere', Buffer.alloc(5 * 1024 * 1024))],
];

test('what is no MQTT, or not for a client, ends the connection; the next one works, and nothing is lost', {
  timeout: 60_000,
}, async () => {
  const broker = await hostile();
  const rows = journal(1);
  const here = run(rows, { broker: broker.url });
  for (const [what, bytes] of ENDS) {
    await worksOn(here, broker);
    const before = broker.connections;
    await broker.send(bytes);
    await until(`another connection after ${what}`, () => broker.connections > before);
    here.uplink.appended(rows.append(1));
  }
  await until('every row', () => rowsAt(broker).length === ENDS.length + 1);
  await worksOn(here, broker);
  expect([here.commands, here.receipts, here.lists]).toEqual([[], [], []]);
});

test('what nobody asked for changes nothing', { timeout: 60_000 }, async () => {
  const broker = await hostile();
  broker.acknowledges = false;
  const rows = journal(3);
  const here = run(rows, { broker: broker.url });
  await until('the rows', () => rowsAt(broker).length === 3);
  for (const [, bytes] of PASSES) await broker.send(bytes);
  await broker.send(publishPacket('lists/v1/demo/keys', Buffer.from('the last'), 3));
  await until('the last word', () => here.lists.length === 1);
  expect(broker.connections).toBe(1);
  expect([here.commands, here.receipts, here.cursors.at(-1)?.sent ?? 0]).toEqual([[], [], 0]);
  await worksOn(here, broker);
});

test.each([
  ['a keep-alive that it sets to never', Buffer.concat([Buffer.of(0, 0), property(0x13, 0, 0)])],
  ['a keep-alive of a second', Buffer.concat([Buffer.of(0, 0), property(0x13, 0, 1)])],
  ['its own name for this client', Buffer.concat([Buffer.of(0, 0, 8, 0x12), text('other')])],
  ['topic aliases', Buffer.concat([Buffer.of(0, 0), property(0x22, 0xff, 0xff)])],
  ['one message at a time', Buffer.concat([Buffer.of(0, 0), property(0x21, 0, 1)])],
  ['a session that it says to remember', Buffer.of(1, 0, 0)],
])('a CONNACK with %s: the events come as always', async (_, connack) => {
  const broker = await hostile();
  broker.connack = connack;
  const here = run(journal(300), { broker: broker.url });
  await until('the rows', () => rowsAt(broker).length === 300);
  const topics = new Set(broker.published.map(({ topic }) => topic));
  expect([...topics].filter((topic) => !topic.startsWith(`${base}/`))).toEqual([]);
  await worksOn(here, broker);
});

test('a keep-alive of 18 hours is not followed: a line that died is found in seconds', async () => {
  const broker = await hostile();
  broker.connack = Buffer.concat([Buffer.of(0, 0), property(0x13, 0xff, 0xff)]);
  const here = run(journal(), { broker: broker.url, timings: { ...quick, keepAliveSeconds: 1 } });
  await worksOn(here, broker);
  broker.answersPings = false;
  await until('the end', () => here.links.some(({ message }) => message?.includes('stopped answering')));
});

test.each([
  ['refuses', Buffer.of(0, 0x87, 0)],
  ['answers with a reason that there is none of', Buffer.of(0, 0x55, 0)],
  ['takes no packet at all', Buffer.concat([Buffer.of(0, 0, 5, 0x27), Buffer.of(0, 0, 0, 1)])],
  ['allows no message at once', Buffer.concat([Buffer.of(0, 0), property(0x21, 0, 0)])],
  ['says two limits for one', Buffer.of(0, 0, 6, 0x21, 0, 9, 0x21, 0, 8)],
  ['speaks an older MQTT', Buffer.of(0, 0)],
])('a broker that %s is tried again, and its successor gets everything', async (_, connack) => {
  const broker = await hostile();
  broker.connack = connack;
  const here = run(journal(2), { broker: broker.url });
  await until('a second try, or none', () => broker.connections >= 2 || here.links.length > 0);
  broker.connack = ACCEPTED;
  broker.drop();
  await until('the rows', () => rowsAt(broker).length === 2);
  expect(here.reports.filter(({ code }) => code === 'worker-ended')).toEqual([]);
});

test('a receipt for events that never left counts once they have: nothing is thought stored that nobody has', async () => {
  const broker = await hostile();
  broker.acknowledges = false;
  broker.connack = Buffer.concat([Buffer.of(0, 0), property(0x21, 0, 1)]);
  const rows = journal(500);
  const here = run(rows, { broker: broker.url });
  await until('the first batch', () => rowsAt(broker).length === 200);
  const receipt = (sequence: number, epoch = 'epoch-1') =>
    broker.send(publishPacket(`${base}/receipt`, Buffer.from(JSON.stringify({ epoch, sequence }))));
  await receipt(500);
  await until('the word of it', () => here.reports.some(({ code }) => code === 'receipt-early') && here.receipts.length > 0);
  expect(here.receipts).toEqual([200]);
  await receipt(501);
  await receipt(400, 'epoch-0');
  await receipt(100);
  await broker.send(publishPacket('lists/v1/demo/keys', Buffer.from('the last')));
  await until('the last word', () => here.lists.length === 1);
  expect(here.receipts).toEqual([200]);
  broker.acknowledges = true;
  broker.drop();
  await until('every row', () => rowsAt(broker).length === 500);
  await until('then it counts', () => here.cursors.at(-1)?.receipted === 500);
});

test('early receipts by the thousand are told of once a connection', async () => {
  const broker = await hostile();
  broker.acknowledges = false;
  broker.connack = Buffer.concat([Buffer.of(0, 0), property(0x21, 0, 1)]);
  const here = run(journal(500), { broker: broker.url });
  await until('the first batch', () => rowsAt(broker).length === 200);
  const receipt = (sequence: number) =>
    publishPacket(`${base}/receipt`, Buffer.from(JSON.stringify({ epoch: 'epoch-1', sequence })));
  await broker.send(Buffer.concat(Array.from({ length: 1_000 }, (_, at) => receipt(at % 2 === 0 ? 500 : 200))));
  await broker.send(publishPacket('lists/v1/demo/keys', Buffer.from('the last')));
  await until('the last word', () => here.lists.length === 1);
  expect(here.reports.map(({ code }) => code)).toEqual(['receipt-early']);
});

test('a receipt that comes before the answer to its subscription counts, and what it asks for is sent', async () => {
  const broker = await hostile();
  const here = run(journal(5), { broker: broker.url });
  await until('the receipt to be', () => rowsAt(broker).length === 5);
  const sent = () => broker.published.flatMap(({ topic, payload }) => (topic === `${base}/batch` ? [payload.toString()] : []));
  broker.beforeSuback = publishPacket(`${base}/receipt`, Buffer.from('{"epoch":"epoch-1","sequence":5,"resend":[[2,3]]}'));
  const before = sent().length;
  broker.drop();
  await until('the receipt', () => here.receipts.at(-1) === 5);
  await until('what was asked for', () => sent().length > before);
  expect((JSON.parse(sent().at(-1) ?? '[]') as { sequence: string }[]).map(({ sequence }) => Number(sequence))).toEqual([2, 3]);
});

test('10,000 messages a second of every kind: few commands get through, the rest are counted, memory stays', {
  timeout: 60_000,
}, async () => {
  const broker = await hostile();
  const rows = journal(1);
  const here = run(rows, { broker: broker.url });
  await worksOn(here, broker);
  const noise = randomBytes(500);
  const round = Buffer.concat(
    [`${base}/command`, `${base}/receipt`, 'elsewhere', `${base}/command`, '+/#'].map((topic, at) =>
      publishPacket(topic, noise, at % 2 === 0 ? undefined : 1 + at),
    ),
  );
  const burst = Buffer.concat(Array<Buffer>(200).fill(round));
  const rssBefore = process.memoryUsage().rss;
  const [began, seconds] = [performance.now(), 5];
  let sent = 0;
  for (; performance.now() - began < seconds * 1000 || sent < 5_000; sent += 1_000) await broker.send(burst);
  here.uplink.appended(rows.append(1));
  await until('a row sent meanwhile', () => rowsAt(broker).includes(2), 20_000);
  const [commands, dropped] = [here.commands.length, () => here.dropped.reduce((sum, one) => sum + one, 0)];
  await until('the count', () => commands + dropped() > sent / 4, 20_000);
  const grownMb = (process.memoryUsage().rss - rssBefore) / 1024 / 1024;
  expect(here.commands.length).toBeLessThanOrEqual(20 + 2 * ((performance.now() - began) / 1000));
  expect(grownMb).toBeLessThan(150);
  expect(here.lists).toEqual([]);
  expect(broker.connections).toBe(1);
});

test('a command of 5 MB and one of 30 MB are told as too large, and their bytes go no further', async () => {
  const broker = await hostile();
  const here = run(journal(), { broker: broker.url });
  await worksOn(here, broker);
  await broker.send(publishPacket(`${base}/command`, Buffer.alloc(5 * 1024 * 1024), 1));
  await broker.send(publishHead(`${base}/command`, 30 * 1024 * 1024, 2), Buffer.alloc(30 * 1024 * 1024));
  await until('both', () => here.commands.length === 2);
  expect(here.commands.map(({ jws }) => jws)).toEqual([undefined, undefined]);
  expect(broker.connections).toBe(1);
});
