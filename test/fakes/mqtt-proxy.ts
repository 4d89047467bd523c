// A TCP proxy in front of a broker that can misbehave as brokers do: keep acknowledgements back, send packets nobody asked for.
import { connect, createServer, type Socket } from 'node:net';

export interface MqttProxy {
  readonly url: string;
  /** While true, PUBACKs do not reach the client. */
  swallow: boolean;
  readonly swallowed: number;
  /** Sends these bytes to every client, as from the broker. */
  inject(bytes: Uint8Array): void;
  close(): Promise<void>;
}

const puback = 4;

export async function startMqttProxy(brokerPort: number): Promise<MqttProxy> {
  const clients = new Set<Socket>();
  const state = { swallow: false, swallowed: 0 };
  const server = createServer((client) => {
    const broker = connect({ host: '127.0.0.1', port: brokerPort });
    clients.add(client);
    const end = (): void => {
      clients.delete(client);
      client.destroy();
      broker.destroy();
    };
    client.on('error', end).on('close', end);
    broker.on('error', end).on('close', end);
    client.pipe(broker);
    const packets = packetReader((packet) => {
      if (state.swallow && (packet[0] ?? 0) >> 4 === puback) state.swallowed += 1;
      else client.write(packet);
    });
    broker.on('data', packets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    url: `mqtt://127.0.0.1:${port}`,
    inject(bytes: Uint8Array) {
      for (const client of clients) client.write(bytes);
    },
    async close() {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Cuts a stream into MQTT packets. */
function packetReader(take: (packet: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let size = packetSize(rest); size !== undefined && rest.length >= size; size = packetSize(rest)) {
      take(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  };
}

function packetSize(bytes: Buffer): number | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if ((byte & 0x80) === 0) return at + 1 + length;
  }
  return undefined;
}
