// The stream between socket and parser, over real TCP: memory, order, ends.
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LimitedSocket } from '../../src/uplink/limited-socket.ts';
import { contractFrameBounds } from '../../src/uplink/timings.ts';
import { packetOf, publishHead, publishPacket } from './packets.ts';
import { until } from './until.ts';

const MB = 1024 * 1024;
const PING = packetOf(0xd0);

/** A connection: the broker's end, and the reader's with all that came through it. */
async function connected() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const arrived = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const topics: string[] = [];
  const here = new LimitedSocket(connect({ host: '127.0.0.1', port: address.port }), contractFrameBounds, {
    skipping: (topic) => topics.push(topic),
    underWay: () => undefined,
  });
  const broker = await arrived;
  const [read, heard, errors]: [Buffer[], Buffer[], Error[]] = [[], [], []];
  here.on('data', (chunk: Buffer) => read.push(chunk)).on('error', (error) => errors.push(error));
  broker.on('data', (chunk: Buffer) => heard.push(chunk)).on('error', () => undefined);
  onTestFinished(() => {
    here.destroy();
    broker.destroy();
    server.close();
  });
  return { here, broker, topics, errors, read: () => Buffer.concat(read), heard: () => Buffer.concat(heard) };
}

describe('LimitedSocket', () => {
  test('a message of 250 MB streams by in bounded memory and is acknowledged with 0x97', async () => {
    const { broker, topics, read, heard } = await connected();
    const part = Buffer.alloc(MB);
    broker.write(publishHead('lists/v1/demo/roster', 250 * MB, 0x0102));
    const before = process.memoryUsage().rss;
    let most = before;
    for (let sent = 0; sent < 250; sent += 1) {
      if (!broker.write(part)) await new Promise<void>((resolve) => broker.once('drain', () => resolve()));
      most = Math.max(most, process.memoryUsage().rss);
    }
    broker.write(PING);
    await until('what follows', () => read().length > 0);
    await until('the acknowledgement', () => heard().length > 0);
    expect(topics).toEqual(['lists/v1/demo/roster']);
    expect(heard()).toEqual(Buffer.of(0x40, 3, 1, 2, 0x97));
    expect(read()).toEqual(PING);
    // What was read is freed with the next garbage collection, which lets some tens of megabytes gather at this speed.
    expect(most - before).toBeLessThan(125 * MB);
  });

  test('its acknowledgement comes between packets, not within one that is written in pieces to a broker that stalls', async () => {
    const { here, broker, read, heard } = await connected();
    broker.pause();
    const packet = Buffer.concat([1, 2, 3].map((piece) => Buffer.alloc(4 * MB, piece)));
    here.cork();
    for (const at of [0, 1, 2]) here.write(packet.subarray(at * 4 * MB, (at + 1) * 4 * MB));
    here.uncork();
    broker.write(Buffer.concat([publishPacket('a', Buffer.alloc(25 * MB), 1), PING]));
    await until('what follows', () => read().length > 0);
    broker.resume();
    await until('both', () => heard().length === packet.length + 5);
    expect(heard().subarray(0, packet.length).equals(packet)).toBe(true);
    expect(heard().subarray(packet.length)).toEqual(Buffer.of(0x40, 3, 0, 1, 0x97));
  });

  test('whoever reads slowly holds the broker back and loses nothing', async () => {
    const { here, broker, read } = await connected();
    here.pause();
    const stream = Buffer.concat(Array.from({ length: 400 }, (_, at) => publishPacket('a/b', Buffer.alloc(50_000, at))));
    broker.write(stream);
    let last = 0;
    await until('no more is read', () => {
      const before = last;
      last = here.readableLength;
      return last > 0 && last === before;
    });
    expect(here.readableLength).toBeLessThan(MB);
    expect(broker.writableLength).toBeGreaterThan(0);
    here.resume();
    await until('everything', () => read().length === stream.length);
    expect(read().equals(stream)).toBe(true);
  });

  test('what came before the end is read before it closes', async () => {
    const { here, broker, read, errors } = await connected();
    here.pause();
    const goodbye = packetOf(0xe0, Buffer.of(0x8b, 0));
    broker.end(goodbye);
    await until('the end', () => here.readableLength > 0);
    let closed = false;
    here.once('close', () => (closed = true));
    here.resume();
    await until('closed', () => closed);
    expect([read(), errors]).toEqual([goodbye, []]);
  });

  test('a connection that is reset closes with the cause, and one that breaks the bounds with the reason code', async () => {
    const reset = await connected();
    reset.broker.resetAndDestroy();
    await until('closed', () => reset.here.closed);
    expect(reset.errors).toMatchObject([{ code: 'ECONNRESET' }]);
    const large = await connected();
    large.broker.write(Buffer.of(0x40, 0xff, 0xff, 0xff, 0x7f));
    await until('closed', () => large.here.closed);
    expect(large.errors).toMatchObject([{ code: 0x95 }]);
    await until('the broker sees the end', () => large.broker.closed);
  });
});
