// A TCP proxy in front of a broker that can misbehave as brokers do: keep acknowledgements back, send packets nobody asked for.
import { connect, createServer, type Socket } from 'node:net';
import { PUBACK, packetsOf, typeOf } from './mqtt-packets.ts';

export interface MqttProxy {
  readonly url: string;
  /** While true, PUBACKs do not reach the client. */
  swallow: boolean;
  readonly swallowed: number;
  /** Sends these bytes to every client, as from the broker. */
  inject(bytes: Uint8Array): void;
  close(): Promise<void>;
}

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
    const packets = packetsOf();
    broker.on('data', (chunk: Buffer) => {
      for (const packet of packets(chunk)) {
        if (state.swallow && typeOf(packet) === PUBACK) state.swallowed += 1;
        else client.write(packet);
      }
    });
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
