// One connection to the broker: MQTT.js as a bounded pipe. Guarantees: nothing is queued or resent behind the caller's back, reason
// codes are the ones on the wire, a missing acknowledgement ends it, a message that is too large is never collected, `closed` comes
// exactly once and nothing after it.
import { MqttClient } from 'mqtt';
import type { Address } from './address.ts';
import { causeOf, reasonText } from './causes.ts';
import { stepsOf } from './connecting.ts';
import { LimitedSocket } from './limited-socket.ts';
import { sieve } from './sieve.ts';
import { contractFrameBounds, type Timings } from './timings.ts';

export interface LinkLimits {
  /** Unacknowledged QoS 1 messages that the broker takes. */
  readonly receiveMaximum: number;
  /** The largest packet that it takes. */
  readonly maximumPacketBytes: number;
}

/** What a message says beside its topic and bytes. */
export interface Delivery {
  readonly retained: boolean;
  readonly responseTopic: string | undefined;
  readonly correlationData: Buffer | undefined;
}

export interface LinkEvents {
  opened(limits: LinkLimits): void;
  acknowledged(id: number, reason: number): void;
  message(topic: string, payload: Buffer, delivery: Delivery): void;
  /** A message on this topic (cut at 256 bytes) is larger than any that is taken in; the broker does not send it again. */
  skipping(topic: string): void;
  closed(cause: string): void;
}

export interface PublishOptions {
  readonly retain?: boolean;
  readonly contentType?: string;
  readonly correlationData?: Buffer;
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
  readonly #pingEveryMs: number;
  /** Message id -> when it was sent, oldest first. */
  readonly #unacknowledged = new Map<number, number>();
  #watch: NodeJS.Timeout | undefined;
  /** When more of a long message came, and when a ping went out because of it. */
  #underWayAt = Number.NEGATIVE_INFINITY;
  #pingedAt = Number.NEGATIVE_INFINITY;
  #cause: string | undefined;
  #step = (error: Error): Error => error;
  #closed = false;

  /** Starts to connect. @throws when a certificate or key cannot be used. */
  constructor(options: LinkOptions, events: LinkEvents) {
    this.#events = events;
    this.#acknowledgementMs = options.timings.acknowledgementMs;
    this.#pingEveryMs = options.timings.keepAliveSeconds * 500;
    this.#client = new MqttClient(() => this.#openSocket(options.address), clientOptions(options));
    this.#client.on('connect', (packet) => {
      if (isMisspelt(packet)) return;
      events.opened({
        receiveMaximum: packet.properties?.receiveMaximum ?? 65_535,
        maximumPacketBytes: packet.properties?.maximumPacketSize ?? 268_435_455,
      });
    });
    this.#client.on('packetreceive', (packet) => {
      if (isMisspelt(packet)) this.abort(reasonText(0x82));
      // A client may ping more often than the broker asks, and one that pings once a day finds a dead line after a day.
      const { serverKeepAlive } = packet.cmd === 'connack' ? (packet.properties ?? {}) : {};
      if (packet.cmd === 'connack' && packet.properties && (serverKeepAlive ?? 0) > options.timings.keepAliveSeconds) {
        packet.properties.serverKeepAlive = options.timings.keepAliveSeconds;
      }
      if (packet.cmd === 'puback') this.#settle(packet.messageId ?? 0, packet.reasonCode ?? 0);
    });
    this.#client.on('message', (topic, payload, packet) => {
      if (isMisspelt(packet)) return;
      const { responseTopic, correlationData } = packet.properties ?? {};
      events.message(topic, payload, { retained: packet.retain, responseTopic, correlationData });
    });
    this.#client.on('disconnect', (packet) => this.abort(`it ended the connection: ${reasonText(packet.reasonCode ?? 0)}`));
    this.#client.on('error', (error) => this.abort(causeOf(this.#step(error))));
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
  publish(topic: string, payload: Buffer | string, { retain = false, ...told }: PublishOptions = {}): number {
    // Outcomes are read off the wire: the callback hides reason 0x10.
    this.#client.publish(topic, payload, { qos: 1, retain, properties: told }, () => undefined);
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
    const askedAt = performance.now();
    const check = (): void => {
      const leftMs = this.#leftMs(askedAt);
      if (leftMs <= 0) this.abort('it does not answer a subscription');
      else timer = setTimeout(check, leftMs);
    };
    let timer = setTimeout(check, this.#acknowledgementMs);
    // As published: a command that was sent retained is known by that also while this reader is connected.
    this.#client.subscribe(topics, { qos: 1, rap: true }, (error) => {
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

  #openSocket(address: Address): LimitedSocket {
    const socket = address.open();
    this.#step = stepsOf(socket);
    return new LimitedSocket(socket, contractFrameBounds, {
      skipping: (topic) => this.#events.skipping(topic),
      underWay: () => this.#underWay(),
    });
  }

  /**
   * On a slow line a long message takes longer than keep-alive and acknowledgements may: their answers are behind it. That it
   * comes is an answer too. A ping goes out all the same, for the broker wants to hear of this reader.
   */
  #underWay(): void {
    const now = performance.now();
    this.#underWayAt = now;
    if (!this.open || now - this.#pingedAt < this.#pingEveryMs) return;
    this.#pingedAt = now;
    this.#client.sendPing();
    this.#client.reschedulePing(true);
  }

  /** What is left of the time for an answer to what was sent then, in milliseconds. */
  #leftMs(sentAt: number): number {
    return Math.max(sentAt, this.#underWayAt) + this.#acknowledgementMs - performance.now();
  }

  #settle(id: number, reason: number): void {
    if (this.#unacknowledged.delete(id)) this.#events.acknowledged(id, reason);
  }

  #checkOldest(): void {
    this.#watch = undefined;
    const oldest = this.#unacknowledged.values().next().value;
    if (oldest === undefined) return;
    const leftMs = this.#leftMs(oldest);
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

/**
 * Whether a property stands there twice that may stand there once, a protocol error (MQTT 5, 2.2.2.2), or is cut: MQTT.js goes on
 * and hands over a list of both, null or -1, where everybody expects a number, a text or bytes.
 */
function isMisspelt(packet: object): boolean {
  const properties = 'properties' in packet ? packet.properties : undefined;
  return Object.entries(properties ?? {}).some(
    ([name, value]) =>
      value === null ||
      (typeof value === 'number' && !(value >= 0)) ||
      (Array.isArray(value) && name !== 'subscriptionIdentifier'),
  );
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
    // No maximum packet size: a broker drops what is above it and tells nobody, and a list that is too large is to be refused.
    properties: { sessionExpiryInterval: 0, receiveMaximum: 20 },
    will: {
      ...options.will,
      payload: Buffer.from(options.will.payload),
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 0 },
    },
  };
}
