// Targets behind a socket: what a hostile broker sends, down to the parser of the library below; what programs on the same machine send
// to the embedded broker; requests to the console. The bytes go through real sockets, cut as the first byte of an input says.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { startConsole } from '../../src/console/server.ts';
import { startEmbeddedBroker } from '../../src/uplink/embedded-broker.ts';
import { filterMatches } from '../../src/uplink/topics.ts';
import { Link } from '../../src/uplink/link.ts';
import { publishPacket, packetOf, cutter } from '../../test/uplink/packets.ts';
import { scratch } from './scratch.ts';
import { chunksOf, demand, type Target } from './target.ts';

const SOON_MS = 5_000;
const TURNS_MS = 3;

/** Resolves with what `event` brings, or with undefined when it took too long: then the other end hangs. */
async function within(promise: Promise<unknown>, what: string): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), SOON_MS);
  const first = await Promise.race([promise.then(() => 'done'), late]);
  clearTimeout(timer);
  demand(first === 'done', what);
}

/** Says these bytes and no more; what was answered until the other end closed. */
async function said(socket: Socket, input: Uint8Array, what: string): Promise<Buffer> {
  const answers: Buffer[] = [];
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // A connection that is cut is one that ended.
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => answers.push(chunk));
  await Promise.race([closed, new Promise((resolve) => socket.once('connect', resolve))]);
  for (const chunk of chunksOf(input)) socket.write(chunk);
  // A broker passes on in turns of its own.
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, TURNS_MS))]);
  socket.end();
  await within(closed, what);
  return Buffer.concat(answers);
}

// --- a hostile broker ---

const CONNACK = Buffer.of(0x20, 3, 0, 0, 0);
const TIMINGS = { keepAliveSeconds: 15, connectMs: 2_000, acknowledgementMs: 2_000 };
let [broker, brokerAt]: [Server | undefined, string] = [undefined, ''];
let hostile: Uint8Array = Buffer.of();
let heard = 0;

async function hostileBroker(): Promise<void> {
  brokerAt = scratch('broker');
  broker = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.length;
    });
    socket.once('data', () => {
      for (const chunk of chunksOf(hostile)) socket.write(chunk);
      socket.end();
    });
  }).listen(brokerAt);
  broker.unref();
  await once(broker, 'listening');
}

async function linked(input: Uint8Array): Promise<void> {
  if (broker === undefined) await hostileBroker();
  [hostile, heard] = [input, 0];
  let [closed, afterClose, messages, bytes] = [0, 0, 0, 0];
  const over = Promise.withResolvers<void>();
  const note = (): void => {
    if (closed > 0) afterClose += 1;
  };
  const address = { text: 'mqtt://broker', username: undefined, password: undefined, open: () => connect({ path: brokerAt }) };
  const will = { topic: 'gates/v1/s/r/state', payload: '{}' };
  const link = new Link(
    { address, clientId: 'fuzz', will, timings: TIMINGS },
    {
      opened(limits) {
        note();
        const { receiveMaximum, maximumPacketBytes } = limits;
        demand(Number.isInteger(receiveMaximum) && receiveMaximum <= 0xffff, `a limit ${receiveMaximum}`);
        demand(Number.isInteger(maximumPacketBytes) && maximumPacketBytes <= 0xffff_ffff, `a limit ${maximumPacketBytes}`);
        link.subscribe(['gates/v1/s/r/receipt'], () => note());
        link.publish('gates/v1/s/r/event', 'x');
      },
      acknowledged: note,
      message(topic, payload, { retained, responseTopic, correlationData }) {
        note();
        demand(typeof retained === 'boolean' && payload instanceof Buffer, 'a message that is none');
        demand(['undefined', 'string'].includes(typeof responseTopic), 'a topic that is none');
        demand(correlationData === undefined || correlationData instanceof Buffer, 'a correlation that is none');
        messages += 1;
        bytes += Buffer.byteLength(topic) + payload.length;
      },
      skipping: note,
      closed(cause) {
        closed += 1;
        demand(cause !== '' && cause.length <= 500, `a cause of ${cause.length} characters`);
        over.resolve();
      },
    },
  );
  await within(over.promise, 'a connection that the broker ended goes on');
  // What comes late comes now.
  await new Promise((resolve) => setImmediate(resolve));
  demand(closed === 1 && afterClose === 0, `closed ${closed} times, and ${afterClose} events after it`);
  const publishes = cutter()(Buffer.from(input.subarray(1))).filter((packet) => (packet[0] ?? 0) >> 4 === 3).length;
  demand(messages <= publishes, `${messages} messages out of ${publishes}`);
  demand(bytes <= 3 * input.length, 'messages of more bytes than came');
  demand(heard <= 1_000 + 16 * input.length, `${heard} bytes said to ${input.length}`);
}

// --- the embedded broker ---

let embedded: Awaited<ReturnType<typeof startEmbeddedBroker>> | undefined;
const TOPIC = 'gates/v1/s/r/event';
/** What others than the reader may say. */
const OPEN = ['gates/v1/s/r/receipt', 'gates/v1/s/r/command', 'lists/v1/s/+'];
const own = { clientId: 'reader', password: 'the password of this run' };
const local = packetOf(
  0x10,
  Buffer.concat([Buffer.of(0, 4), Buffer.from('MQTT'), Buffer.of(5, 2, 0, 15, 0, 0, 3), Buffer.from('abc')]),
);
const subscription = packetOf(0x82, Buffer.concat([Buffer.of(0, 1, 0, 0, 1), Buffer.from('#'), Buffer.of(0)]));

async function spoken(input: Uint8Array): Promise<void> {
  const listen = { host: '127.0.0.1', port: 0 };
  embedded ??= await startEmbeddedBroker({ listen, site: 's', reader: 'r', ...own, subscribed: () => undefined });
  const answer = await said(connect(embedded.port, '127.0.0.1'), input, 'the embedded broker keeps a connection that ended');
  demand(answer.length <= 1_000 + 64 * input.length, `${answer.length} bytes said to ${input.length}`);
  demand(!answer.includes(own.password), 'the password of the reader');
  for (const packet of cutter()(answer)) {
    if ((packet[0] ?? 0) >> 4 !== 3) continue;
    const at = packet.findIndex((byte, index) => index > 0 && byte < 0x80) + 1;
    const topic = packet.toString('utf8', at + 2, at + 2 + packet.readUInt16BE(at));
    const open = OPEN.some((filter) => filterMatches(filter, topic)) || topic.startsWith('$SYS/');
    demand(open, `${topic} in the name of the reader`);
  }
}

// --- the console ---

let web: ReturnType<typeof startConsole> | undefined;
const BODY = 'a page for this machine';
const STATUS = /HTTP\/1\.1 (\d{3}) /gu;
const MEANT = /host:[ \t]*(?:localhost|[0-9.]+|\[[0-9a-f:.]+\]|fuzz)(?::\d*)?[ \t]*\r?\n/giu;

async function asked(input: Uint8Array): Promise<void> {
  const page = { status: 200, contentType: 'text/plain', body: BODY };
  web ??= startConsole({
    listen: { host: '127.0.0.1', port: 0 },
    pages: new Map<string, () => typeof page | Promise<typeof page>>([
      ['/page', () => page],
      ['/broken', () => Promise.reject(new Error('a secret'))],
    ]),
    report: () => undefined,
  });
  const port = (await web.listening) ?? 0;
  const answer = (await said(connect(port, '127.0.0.1'), input, 'the console keeps a connection that ended')).toString('latin1');
  demand(answer.length <= 500 * (2 + input.length / 16), `${answer.length} bytes said to ${input.length}`);
  const statuses = Array.from(answer.matchAll(STATUS), ([, status]) => Number(status));
  for (const status of statuses)
    demand([100, 200, 400, 404, 405, 408, 413, 417, 421, 431, 500].includes(status), `a status ${status}`);
  demand(!answer.includes('a secret'), 'why a page failed');
  const meant = Buffer.from(input).toString('latin1').match(MEANT)?.length ?? 0;
  demand(statuses.filter((status) => status === 200).length <= meant, 'a page for somebody who named another machine');
}

const request = (head: string): Buffer => Buffer.concat([Buffer.of(40), Buffer.from(head.replaceAll('\n', '\r\n'))]);
const said5 = (...packets: readonly Buffer[]): Buffer => Buffer.concat([Buffer.of(50), ...packets]);

export const WIRE_TARGETS: readonly Target[] = [
  {
    name: 'broker',
    covers: ['src/uplink/', 'node_modules/mqtt-packet/'],
    feeds: {
      'src/uplink/link.ts': 'Link',
      'src/uplink/limited-socket.ts': 'LimitedSocket',
      'src/uplink/frame-limit.ts': 'FrameLimit',
    },
    seeds: [
      said5(CONNACK, publishPacket('gates/v1/s/r/receipt', Buffer.from('{"epoch":"e","sequence":1}'), 7)),
      said5(Buffer.of(0x20, 8, 0, 0, 5, 0x21, 0, 1, 0x24, 1), Buffer.of(0x90, 4, 0, 1, 0, 1), Buffer.of(0x40, 4, 0, 2, 0x97, 0)),
      said5(CONNACK, Buffer.of(0xd0, 0), Buffer.of(0xe0, 2, 0x8e, 0)),
      said5(Buffer.of(0x20, 3, 0, 0x87, 0)),
      said5(
        CONNACK,
        packetOf(0x33, Buffer.concat([Buffer.of(0, 3), Buffer.from('a/b'), Buffer.of(0, 9, 6, 8, 0, 3), Buffer.from('c/dx')])),
      ),
    ],
    words: [
      CONNACK,
      Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f),
      Buffer.of(0x32, 0x80, 1),
      Buffer.of(0xf0, 0),
      Buffer.of(0x62, 2, 0, 1),
      Buffer.of(0x26, 0, 1, 0x61, 0, 1, 0x62),
      Buffer.of(0x0b, 0xff, 0xff, 0xff, 0x7f),
      Buffer.of(0x23, 0, 1),
      Buffer.of(0xe0, 0),
    ],
    mostBytes: 2048,
    run: linked,
  },
  {
    name: 'embedded-broker',
    covers: ['src/uplink/embedded-broker.ts', 'node_modules/aedes/', 'node_modules/mqtt-packet/'],
    feeds: { 'src/uplink/embedded-broker.ts': 'startEmbeddedBroker' },
    seeds: [
      said5(
        local,
        subscription,
        publishPacket('gates/v1/s/r/receipt', Buffer.from('{}'), 3),
        Buffer.of(0xc0, 0),
        Buffer.of(0xe0, 0),
      ),
      said5(local, publishPacket(TOPIC, Buffer.from('{}'), 3)),
      said5(local, subscription, publishPacket(TOPIC, Buffer.from('{}'))),
    ],
    words: [
      local,
      subscription,
      TOPIC,
      'reader',
      Buffer.of(0x34),
      Buffer.of(0x62, 2, 0, 3),
      Buffer.of(0xa2, 8, 0, 1, 0, 0, 3),
      Buffer.of(0x23, 0, 1),
      '$share/x/#',
      '$SYS/#',
    ],
    mostBytes: 1024,
    run: spoken,
  },
  {
    name: 'console',
    covers: ['src/console/server.ts'],
    feeds: { 'src/console/server.ts': 'startConsole' },
    seeds: [
      request('GET /page HTTP/1.1\nHost: localhost\n\nHEAD /broken?a HTTP/1.1\nHost: 127.0.0.1:80\nConnection: close\n\n'),
      request(
        'POST /page HTTP/1.1\nHost: [::1]\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\nGET /x HTTP/1.1\nHost: evil.example\n\n',
      ),
      request('GET /page HTTP/1.1\nHost: evil.example\n\n'),
      request('GET http://evil.example/page HTTP/1.0\n\n'),
    ],
    words: [
      'GET /page HTTP/1.1\r\n',
      'Host: localhost\r\n',
      'Host: evil.example\r\n',
      '\r\n\r\n',
      'Content-Length: 99999999999999999999\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: websocket\r\nConnection: Upgrade\r\n',
      'CONNECT /page ',
      '\u0000',
      '/broken',
      'x'.repeat(4000),
    ],
    mostBytes: 12_000,
    run: asked,
  },
];
