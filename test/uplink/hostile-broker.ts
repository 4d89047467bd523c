// A broker that is what a test makes it: it speaks MQTT 5 by hand, answers what a client needs to go on, and sends whatever bytes
// it is told to. It never judges its client.
import { createServer, type Socket } from 'node:net';
import { cutter, packetOf } from './packets.ts';

export interface Published {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
}

export interface HostileBroker {
  readonly url: string;
  /** Connections that sent CONNECT so far. */
  readonly connections: number;
  /** Everything published to it, over all connections. */
  readonly published: readonly Published[];
  /** The body of the next CONNACKs: flags, reason, properties. */
  connack: Buffer;
  /** What goes out before each answer to a subscription. */
  beforeSuback: Buffer;
  /** Whether PUBLISH gets its PUBACK. */
  acknowledges: boolean;
  answersPings: boolean;
  /** Cuts the live connection. */
  drop(): void;
  /** Sends bytes on the live connection; resolves when the kernel took them, or the connection is gone. */
  send(...packets: readonly Buffer[]): Promise<void>;
  /** Whether the client has subscribed on the live connection. */
  readonly subscribed: boolean;
  close(): Promise<void>;
}

/** Reason 0, no properties. */
export const ACCEPTED = Buffer.of(0, 0, 0);

export async function startHostileBroker(): Promise<HostileBroker> {
  const published: Published[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  let live: Socket | undefined;
  const broker = {
    connections: 0,
    subscriptions: 0,
    connack: ACCEPTED,
    beforeSuback: Buffer.alloc(0),
    acknowledges: true,
    answersPings: true,
    // Receipts, lists and commands are asked for one by one.
    get subscribed(): boolean {
      return broker.subscriptions >= 3;
    },
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const take = cutter();
    socket.on('data', (chunk) => {
      for (const packet of take(chunk)) answer(socket, packet);
    });
  });

  function answer(socket: Socket, packet: Buffer): void {
    const [type, body] = [(packet[0] ?? 0) >> 4, bodyOf(packet)];
    if (type === 1) {
      live = socket;
      broker.connections += 1;
      broker.subscriptions = 0;
      socket.write(packetOf(0x20, broker.connack));
    } else if (type === 3) {
      const message = publishedOf(packet);
      published.push(message);
      if (broker.acknowledges && message.qos === 1) socket.write(packetOf(0x40, message.id));
    } else if (type === 8) {
      broker.subscriptions += 1;
      socket.write(broker.beforeSuback);
      socket.write(packetOf(0x90, Buffer.concat([body.subarray(0, 2), Buffer.of(0, 1)])));
    } else if (type === 12 && broker.answersPings) {
      socket.write(packetOf(0xd0));
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return Object.assign(broker, {
    url: `mqtt://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    published,
    send: async (...packets: readonly Buffer[]) => {
      const socket = live;
      for (const packet of packets) {
        if (!socket || socket.destroyed || socket.write(packet)) continue;
        await new Promise<void>((resolve) => {
          const over = (): void => {
            socket.off('drain', over).off('close', over);
            resolve();
          };
          socket.on('drain', over).on('close', over);
        });
      }
    },
    drop: () => void live?.destroy(),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function bodyOf(packet: Buffer): Buffer {
  let at = 1;
  while (((packet[at] ?? 0) & 0x80) !== 0) at += 1;
  return packet.subarray(at + 1);
}

/** A client's PUBLISH (MQTT 5, 3.3); its properties are below 128 bytes here. */
function publishedOf(packet: Buffer): Published & { readonly id: Buffer } {
  const body = bodyOf(packet);
  const qos = ((packet[0] ?? 0) >> 1) & 3;
  const afterTopic = 2 + body.readUInt16BE(0);
  const afterId = afterTopic + (qos > 0 ? 2 : 0);
  const properties = body[afterId] ?? 0;
  return {
    topic: body.toString('utf8', 2, afterTopic),
    id: body.subarray(afterTopic, afterId),
    payload: Buffer.from(body.subarray(afterId + 1 + properties)),
    qos,
  };
}
