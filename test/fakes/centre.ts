// A small centre: subscribes to a reader's streams with its own MQTT client, keeps the bytes of every event, and sends
// receipts when the test says so. Shares no code with the uplink.

import { createHash } from 'node:crypto';

import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';

export interface ReceivedEvent {
  readonly bytes: string;
  readonly topic: 'event' | 'batch';
  readonly event: {
    readonly id: string;
    readonly source: string;
    readonly type: string;
    readonly time: string;
    readonly epoch: string;
    readonly sequence: string;
    readonly prevhash: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly packet: IPublishPacket;
}

export class Centre {
  readonly client: MqttClient;
  /** Every delivery, duplicates included, in order of arrival. */
  readonly deliveries: ReceivedEvent[] = [];
  readonly messages: Message[] = [];
  readonly #base: string;
  #receipts: boolean;

  private constructor(client: MqttClient, base: string, receipts: boolean) {
    this.client = client;
    this.#base = base;
    this.#receipts = receipts;
    client.on('message', (topic, payload, packet) => this.#receive(topic, payload.toString(), packet));
  }

  /** Connects and subscribes; `receipts: false` keeps quiet until `acknowledge` is called. */
  static async connect(
    url: string,
    { site, reader, receipts }: { site: string; reader: string; receipts: boolean },
  ): Promise<Centre> {
    const client = await mqtt.connectAsync(url, { protocolVersion: 5, clientId: `centre-${Math.random()}` });
    const centre = new Centre(client, `gates/v1/${site}/${reader}`, receipts);
    await client.subscribeAsync(`gates/v1/${site}/${reader}/#`, { qos: 1 });
    return centre;
  }

  /** Each event once, in order of its first arrival. */
  events(): ReceivedEvent[] {
    const seen = new Set<string>();
    return this.deliveries.filter(({ event }) => {
      const key = `${event.source} ${event.epoch} ${event.sequence}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  scans(): ReceivedEvent[] {
    return this.events().filter(({ event }) => event.type === 'gate.scan.v1');
  }

  /** The last retained word of the reader on `state` or `health`. */
  latest(topic: 'state' | 'health'): Record<string, unknown> | undefined {
    const found = this.messages.findLast((message) => message.topic === `${this.#base}/${topic}`);
    return found && (JSON.parse(found.payload) as Record<string, unknown>);
  }

  /** From now on every event gets its receipt; what came before gets one now. */
  async acknowledge(): Promise<void> {
    this.#receipts = true;
    const last = this.events().at(-1);
    if (last) await this.receipt(last.event.epoch, Number(last.event.sequence));
  }

  async receipt(epoch: string, sequence: unknown, resend?: readonly (readonly [number, number])[]): Promise<void> {
    await this.client.publishAsync(`${this.#base}/receipt`, JSON.stringify({ epoch, sequence, ...(resend ? { resend } : {}) }), {
      qos: 1,
      retain: true,
    });
  }

  async close(): Promise<void> {
    await this.client.endAsync(true);
  }

  #receive(topic: string, payload: string, packet: IPublishPacket): void {
    const name = topic.slice(this.#base.length + 1);
    this.messages.push({ topic, payload, packet });
    if (name === 'event') this.#keep('event', payload);
    if (name === 'batch') splitArray(payload).forEach((bytes) => this.#keep('batch', bytes));
    const last = this.deliveries.at(-1);
    if ((name === 'event' || name === 'batch') && this.#receipts && last)
      void this.receipt(last.event.epoch, Number(last.event.sequence));
  }

  #keep(topic: 'event' | 'batch', bytes: string): void {
    this.deliveries.push({ bytes, topic, event: JSON.parse(bytes) as ReceivedEvent['event'] });
  }
}

/** The elements' own bytes of a JSON array of objects: what is hashed must not be serialised again. */
function splitArray(text: string): string[] {
  const items: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' && depth++ === 0) start = i;
    else if (character === '}' && --depth === 0) items.push(text.slice(start, i + 1));
  }
  return items;
}

/** The first fault of a run of events from number 1 on (or after `before`); undefined: whole, in order and chained. */
export function chainFault(
  events: readonly ReceivedEvent[],
  before?: { readonly sequence: number; readonly hash: string },
): string | undefined {
  let [sequence, hash] = [before?.sequence ?? 0, before?.hash ?? ''];
  for (const { event, bytes } of events) {
    if (Number(event.sequence) !== sequence + 1) return `after ${sequence} comes ${event.sequence}`;
    if (event.prevhash !== hash) return `event ${event.sequence} is not attached to the one before`;
    sequence += 1;
    hash = createHash('sha256').update(bytes).digest('base64url');
  }
  return undefined;
}
