// One connection to the broker: MQTT.js as a bounded pipe. Guarantees: nothing is queued or resent behind the caller's back, reason
// codes are the ones on the wire, a missing acknowledgement ends it, `closed` comes exactly once and nothing after it.
import { MqttClient } from 'mqtt';
import type { Socket } from 'node:net';
import type { Address } from './address.ts';
import { causeOf, reasonText } from './causes.ts';
import { frameLimit } from './frame-limit.ts';
import { sieve } from './sieve.ts';
import { largestPacketBytes, type Timings } from './timings.ts';

export interface LinkLimits {
  /** Unacknowledged QoS 1 messages that the broker takes. */
  readonly receiveMaximum: number;
  /** The largest packet that it takes. */
  readonly maximumPacketBytes: number;
}

export interface LinkEvents {
  opened(limits: LinkLimits): void;
  acknowledged(id: number, reason: number): void;
  message(topic: string, payload: Buffer): void;
  closed(cause: string): void;
}

export interface LinkOptions {
  readonly address: Address;
  readonly clientId: string;
  readonly will: { readonly topic: string; readonly payload: string };
  readonly timings: Pick<Timings, 'keepAliveSeconds' | 'connectMs' | 'acknowledgementMs'>;
}

export class Link {
  readonly #client: MqttClient;
  readonly #events: LinkEvents;
  readonly #acknowledgementMs: number;
  /** Message id -> when it was sent, oldest first. */
  readonly #unacknowledged = new Map<number, number>();
  #watch: NodeJS.Timeout | undefined;
  #cause: string | undefined;
  #closed = false;

  /** Starts to connect. @throws when a certificate or key cannot be used. */
  constructor(options: LinkOptions, events: LinkEvents) {
    this.#events = events;
    this.#acknowledgementMs = options.timings.acknowledgementMs;
    this.#client = new MqttClient(() => this.#openSocket(options.address), clientOptions(options));
    this.#client.on('connect', (packet) => {
      events.opened({
        receiveMaximum: packet.properties?.receiveMaximum ?? 65_535,
        maximumPacketBytes: packet.properties?.maximumPacketSize ?? 268_435_455,
      });
    });
    this.#client.on('packetreceive', (packet) => {
      if (packet.cmd === 'puback') this.#settle(packet.messageId ?? 0, packet.reasonCode ?? 0);
    });
    this.#client.on('message', (topic, payload) => events.message(topic, payload));
    this.#client.on('disconnect', (packet) => this.abort(`it ended the connection: ${reasonText(packet.reasonCode ?? 0)}`));
    this.#client.on('error', (error) => this.abort(causeOf(error)));
    this.#client.on('close', () => this.#close());
  }

  /** QoS 1 messages without an acknowledgement. */
  get unacknowledged(): number {
    return this.#unacknowledged.size;
  }

  get open(): boolean {
    return this.#client.connected && this.#cause === undefined && !this.#closed;
  }

  /** Sends with QoS 1; `acknowledged` comes with the id returned. Only while open. */
  publish(topic: string, payload: Buffer | string, options: { retain?: boolean; contentType?: string } = {}): number {
    const properties = options.contentType === undefined ? {} : { properties: { contentType: options.contentType } };
    // Outcomes are read off the wire: the callback hides reason 0x10.
    this.#client.publish(topic, payload, { qos: 1, retain: options.retain ?? false, ...properties }, () => undefined);
    const id = this.#client.getLastMessageId();
    this.#unacknowledged.set(id, performance.now());
    this.#watch ??= setTimeout(() => this.#checkOldest(), this.#acknowledgementMs);
    return id;
  }

  /** Sends with QoS 0, retained. Only while open. */
  tell(topic: string, payload: string): void {
    this.#client.publish(
      topic,
      payload,
      { qos: 0, retain: true, properties: { contentType: 'application/json' } },
      () => undefined,
    );
  }

  /** Subscribes with QoS 1; `done` gets undefined, or why the broker refuses. Without an answer the connection ends. */
  subscribe(topics: string[], done: (refusal: string | undefined) => void): void {
    const timer = setTimeout(() => this.abort('it does not answer a subscription'), this.#acknowledgementMs);
    this.#client.subscribe(topics, { qos: 1 }, (error) => {
      clearTimeout(timer);
      if (this.open) done(error === null ? undefined : causeOf(error));
    });
  }

  /** Ends at once and without DISCONNECT, so that the broker publishes the will. The first cause counts. */
  abort(cause: string): void {
    this.#cause ??= cause;
    // Not within the library's own event: it goes on working on the packet at hand.
    setImmediate(() => this.#client.end(true));
  }

  /** DISCONNECT 0x00, so that the broker drops the will; resolves when the socket is closed, at the latest after `withinMs`. */
  async end(withinMs: number): Promise<void> {
    if (!this.open) {
      this.abort('closed by this reader');
      return;
    }
    this.#cause = 'closed by this reader';
    // The library would wait for these before it says goodbye.
    for (const id of Object.keys(this.#client.outgoing)) this.#client.removeOutgoingMessage(Number(id));
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.#client.stream.destroy(), withinMs);
    this.#client.once('close', () => resolve());
    this.#client.end(false, { reasonCode: 0 });
    await promise;
    clearTimeout(timer);
  }

  #openSocket(address: Address): Socket {
    const socket = address.open();
    const tooLarge = frameLimit(largestPacketBytes);
    socket.on('data', (chunk) => {
      if (tooLarge(chunk)) socket.destroy(Object.assign(new Error('too large'), { code: 0x95 }));
    });
    return socket;
  }

  #settle(id: number, reason: number): void {
    if (this.#unacknowledged.delete(id)) this.#events.acknowledged(id, reason);
  }

  #checkOldest(): void {
    this.#watch = undefined;
    const oldest = this.#unacknowledged.values().next().value;
    if (oldest === undefined) return;
    const leftMs = oldest + this.#acknowledgementMs - performance.now();
    if (leftMs <= 0) this.abort(`it acknowledged nothing for ${this.#acknowledgementMs / 1000} s`);
    else this.#watch = setTimeout(() => this.#checkOldest(), leftMs);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#watch);
    this.#unacknowledged.clear();
    this.#events.closed(this.#cause ?? 'it closed the connection');
  }
}

type ClientOptions = ConstructorParameters<typeof MqttClient>[1];

function clientOptions(options: LinkOptions): ClientOptions {
  const { address, timings } = options;
  return {
    protocolVersion: 5,
    clientId: options.clientId,
    clean: true,
    keepalive: timings.keepAliveSeconds,
    connectTimeout: timings.connectMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The library's cache of all 65,536 message ids costs 10 MB.
    writeCache: false,
    timerVariant: 'native',
    outgoingStore: sieve(),
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    properties: { sessionExpiryInterval: 0, receiveMaximum: 20, maximumPacketSize: largestPacketBytes },
    will: {
      ...options.will,
      payload: Buffer.from(options.will.payload),
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 0 },
    },
  };
}
