// A small centre: an MQTT 5 client that subscribes, keeps what it got and answers with receipts when told to.
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';

export interface Arrival {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly contentType: string | undefined;
}

export interface Centre {
  readonly client: MqttClient;
  readonly arrivals: readonly Arrival[];
  /** What came on the topic that ends with this. */
  on(suffix: string): Arrival[];
  /** Sequence numbers in the order they came, events and batches taken together. */
  sequences(): number[];
  /** The states in the order they came. */
  states(): { state: string; session: number; [key: string]: unknown }[];
  receipt(value: unknown): Promise<void>;
  close(): Promise<void>;
}

export const base = 'gates/v1/demo/demo';

export async function openCentre(url: string, filters: string[] = [`${base}/#`], options: object = {}): Promise<Centre> {
  const client = await connectAsync(url, { protocolVersion: 5, clientId: `centre-${Math.random()}`, ...options });
  const arrivals: Arrival[] = [];
  client.on('message', (topic: string, payload: Buffer, packet: IPublishPacket) => {
    arrivals.push({ topic, payload, retain: packet.retain, contentType: packet.properties?.contentType });
  });
  if (filters.length > 0) await client.subscribeAsync(filters, { qos: 1 });
  const on = (suffix: string): Arrival[] => arrivals.filter((one) => one.topic === `${base}/${suffix}`);
  return {
    client,
    arrivals,
    on,
    sequences: () =>
      arrivals
        .filter((one) => one.topic === `${base}/event` || one.topic === `${base}/batch`)
        .flatMap((one) => JSON.parse(one.payload.toString()) as { sequence: string } | { sequence: string }[])
        .map((event) => Number(event.sequence)),
    states: () => on('state').map((one) => JSON.parse(one.payload.toString()) as { state: string; session: number }),
    async receipt(value) {
      const payload = Buffer.isBuffer(value) || typeof value === 'string' ? value : JSON.stringify(value);
      await client.publishAsync(`${base}/receipt`, payload, { qos: 1, retain: true });
    },
    close: () => client.endAsync(true),
  };
}

export function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
