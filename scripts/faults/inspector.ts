// Stands between one reader and its broker and reads every MQTT packet: counts what is unacknowledged, notes the largest packet
// and who connects, and can answer an event in the broker's place. What it does not refuse passes byte for byte, in order.

import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { idOfPuback, PUBACK, packetsOf, puback, publishOf, reasonOfPuback, typeOf } from '../../test/fakes/mqtt-packets.ts';

export interface Inspector {
  readonly url: string;
  /** QoS 1 messages of the reader that waited for an acknowledgement at once. */
  readonly mostInFlight: number;
  /** Of the reader's packets. */
  readonly largestBytes: number;
  readonly refused: number;
  readonly connections: number;
  /** Sequence numbers of the events that the broker has acknowledged with success. */
  readonly acknowledged: ReadonlySet<number>;
  /** Lets nobody connect; who is connected stays. */
  shut: boolean;
  /** The MQTT 5 reason code that an event or batch gets instead of reaching the broker; undefined: it passes. */
  refuse: (() => number | undefined) | undefined;
  /** Cuts every connection there is. */
  cut(): void;
  close(): Promise<void>;
}

interface Counts {
  mostInFlight: number;
  largestBytes: number;
  refused: number;
  connections: number;
  shut: boolean;
  readonly acknowledged: Set<number>;
  refuse: (() => number | undefined) | undefined;
}

/** `slowMs`: acknowledgements take so long, so that a window can fill. `host`: where it listens. */
export async function inspector(brokerPort: number, { slowMs = 0, host = '127.0.0.1' } = {}): Promise<Inspector> {
  const ends = new Set<() => void>();
  const zero = { mostInFlight: 0, largestBytes: 0, refused: 0, connections: 0 };
  const counts: Counts = { ...zero, shut: false, acknowledged: new Set(), refuse: undefined };
  const server = createServer((client) => {
    if (counts.shut) {
      client.destroy();
      return;
    }
    const broker = connect({ host: '127.0.0.1', port: brokerPort });
    const end = (): void => {
      ends.delete(end);
      client.destroy();
      broker.destroy();
    };
    ends.add(end);
    counts.connections += 1;
    client.on('error', end).on('close', end);
    broker.on('error', () => undefined);
    inspect({ client, broker, counts, slowMs });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => {
    for (const end of ends) end();
  };
  return Object.assign(counts, {
    url: `mqtt://${host}:${port}`,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

interface Connection {
  readonly client: Socket;
  readonly broker: Socket;
  readonly counts: Counts;
  readonly slowMs: number;
}

function inspect({ client, broker, counts, slowMs }: Connection): void {
  const [up, down] = [packetsOf(), packetsOf()];
  const waiting = new Map<number, readonly number[]>();
  let before = Promise.resolve();
  /** An acknowledgement counts from when the reader may know of it. */
  const tell = (packet: Buffer, id: number | undefined): void => {
    before = afterwards(before, id === undefined ? 0 : slowMs, () => {
      if (id !== undefined) {
        if (reasonOfPuback(packet) === 0) for (const sequence of waiting.get(id) ?? []) counts.acknowledged.add(sequence);
        waiting.delete(id);
      }
      if (!client.destroyed) client.write(packet);
    });
  };
  client.on('data', (chunk: Buffer) => {
    for (const packet of up(chunk)) {
      counts.largestBytes = Math.max(counts.largestBytes, packet.length);
      const sent = publishOf(packet);
      if (sent !== undefined) waiting.set(sent.id, sequencesIn(packet));
      counts.mostInFlight = Math.max(counts.mostInFlight, waiting.size);
      const reason = sent !== undefined && /\/(?:event|batch)$/u.test(sent.topic) ? counts.refuse?.() : undefined;
      if (sent !== undefined && reason !== undefined) {
        counts.refused += 1;
        tell(puback(sent.id, reason), sent.id);
      } else broker.write(packet);
    }
  });
  broker.on('data', (chunk: Buffer) => {
    for (const packet of down(chunk)) tell(packet, typeOf(packet) === PUBACK ? idOfPuback(packet) : undefined);
  });
  // What it said last, a DISCONNECT with its reason, is told before the line is closed.
  broker.on('close', () => void afterwards(before, 0, () => void client.end()));
}

/** Of the events that a packet carries; their keys stand in this order. */
const sequencesIn = (packet: Buffer): number[] =>
  [...packet.toString('latin1').matchAll(/"epoch":"[^"]*","sequence":"(\d{12})"/gu)].map(([, sequence]) => Number(sequence));

/** In order: no packet overtakes one that is waited for. */
async function afterwards(before: Promise<void>, ms: number, work: () => void): Promise<void> {
  await before;
  if (ms > 0) await delay(ms);
  work();
}
