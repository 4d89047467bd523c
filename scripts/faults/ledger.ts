// The centre of the fault bench and its judge: stores every event once by the contract's key and says what is missing, doubled or
// out of chain. Shares no code with the uplink or the journal: it knows the contract alone.

import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';

interface Stored {
  readonly sequence: number;
  readonly bytes: Buffer;
  readonly prevhash: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface LedgerOptions {
  readonly url: string;
  readonly site: string;
  readonly reader: string;
  /** Whether each delivery is answered with a receipt. */
  readonly receipts: boolean;
  /** The broker keeps the subscription while it is away, and as many messages as it will. */
  readonly durable?: boolean;
}

export class Ledger {
  /** Whether receipts are sent; may be changed at any time. */
  receipts: boolean;
  duplicates = 0;
  /** Events that came for the first time although one before them had not. */
  outOfOrder = 0;
  /** The highest sequence number that a receipt of its own has said. */
  receipted = 0;
  /** Deliveries that are no event of the contract. */
  readonly strange: string[] = [];
  /** Payloads on `state`, oldest first. */
  readonly states: Readonly<Record<string, unknown>>[] = [];
  readonly #epochs = new Map<string, Map<number, Stored>>();
  readonly #base: string;
  readonly #options: LedgerOptions;
  #epoch = '';
  #whole = { epoch: '', sequence: 0 };
  #client: MqttClient | undefined;
  /** Called when its own marker comes back, which no message before it can come after. */
  #marked: (() => void) | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.receipts = options.receipts;
    this.#base = `gates/v1/${options.site}/${options.reader}`;
  }

  /** Connects and subscribes; what was stored stays. Connects again by itself while the broker is away. */
  async open(): Promise<void> {
    const { url, reader, durable } = this.#options;
    // Without a session what comes while it is away is the reader's to send again, by receipts.
    const session = { clean: false, clientId: `centre-of-${reader}`, properties: { sessionExpiryInterval: 3600 } };
    const options = { protocolVersion: 5, reconnectPeriod: 200, resubscribe: false } as const;
    const client = mqtt.connect(url, { ...options, ...(durable === true && session) });
    this.#client = client;
    client.on('message', (topic, payload) => this.#take(topic.slice(this.#base.length + 1), payload));
    client.on('error', () => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    client.on(
      'connect',
      () =>
        void client.subscribeAsync(`${this.#base}/#`, { qos: 1 }).then(
          () => resolve(),
          () => undefined,
        ),
    );
    await promise;
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
    this.#client = undefined;
  }

  /** Loses what came after `sequence` of the current epoch, as a centre whose disk was restored from yesterday. */
  forgetAfter(sequence: number): void {
    const events = this.#epochs.get(this.epoch);
    for (const stored of events?.keys() ?? []) if (stored > sequence) events?.delete(stored);
    this.#whole = { epoch: this.epoch, sequence: Math.min(this.whole, sequence) };
  }

  /** The epoch whose event came last. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The highest sequence number of the current epoch up to which nothing is missing; 0 for none. */
  get whole(): number {
    const { epoch } = this;
    const events = this.#epochs.get(epoch);
    let sequence = this.#whole.epoch === epoch ? this.#whole.sequence : 0;
    while (events?.has(sequence + 1) === true) sequence += 1;
    this.#whole = { epoch, sequence };
    return sequence;
  }

  /** Whether the event of the current epoch with this number is here. */
  has(sequence: number): boolean {
    return this.#epochs.get(this.epoch)?.has(sequence) === true;
  }

  /** Resolves once everything is here that the broker had for this centre before now. */
  async caughtUp(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#marked = resolve;
    await this.publish('marker', '');
    await promise;
  }

  /** Runs of numbers of the current epoch that are not here, below the highest that is. */
  missing(): [from: number, to: number][] {
    const known = [...(this.#epochs.get(this.epoch)?.keys() ?? [])].sort((a, b) => a - b);
    return known.flatMap((sequence, at) => {
      const before = known[at - 1] ?? 0;
      return sequence === before + 1 ? [] : [[before + 1, sequence - 1] as [number, number]];
    });
  }

  get count(): number {
    return [...this.#epochs.values()].reduce((sum, events) => sum + events.size, 0);
  }

  async publish(topic: string, payload: string, retain = false): Promise<void> {
    await this.#client?.publishAsync(`${this.#base}/${topic}`, payload, { qos: 1, retain });
  }

  /** A receipt for everything that is here without a gap, or for what a test says. */
  async receipt(
    fields: { readonly sequence?: number; readonly resend?: readonly (readonly [from: number, to: number])[] } = {},
  ): Promise<void> {
    const receipt = { epoch: this.epoch, sequence: this.whole, ...fields };
    this.receipted = Math.max(this.receipted, receipt.sequence);
    await this.publish('receipt', JSON.stringify(receipt), true);
  }

  /** How often each code (by the last six digits of its masked number) is stored as an event. */
  codes(): Map<string, number> {
    const codes = new Map<string, number>();
    for (const { data } of this.#all()) {
      const label = (data['credential'] as { label?: string } | undefined)?.label;
      if (label !== undefined) codes.set(label, (codes.get(label) ?? 0) + 1);
    }
    return codes;
  }

  types(): string[] {
    return this.#all().map(({ type }) => type);
  }

  /** Data of the events of a type, in sequence order. */
  ofType(type: string): Readonly<Record<string, unknown>>[] {
    return this.#all().flatMap((event) => (event.type === type ? [event.data] : []));
  }

  /** Every event in sequence order, with the time it says. */
  timed(): { sequence: number; type: string; time: string; data: Stored['data'] }[] {
    return this.#all().map(({ sequence, type, bytes, data }) => {
      const { time } = JSON.parse(bytes.toString()) as { readonly time: string };
      return { sequence, type, time, data };
    });
  }

  /** What is wrong with what is stored, given the labels that were shown. */
  judge(shown: Iterable<string>): { lost: number; gaps: number; chain: number } {
    const codes = this.codes();
    let lost = 0;
    for (const label of shown) if (!codes.has(label)) lost += 1;
    const doubles = [...codes.values()].filter((times) => times > 1).length;
    let [missing, chain] = [0, 0];
    for (const events of this.#epochs.values()) {
      const sorted = sort(events);
      missing += (sorted.at(-1)?.sequence ?? 0) - sorted.length;
      chain += breaksOf(sorted);
    }
    return { lost, gaps: missing + doubles, chain };
  }

  #all(): Stored[] {
    return [...this.#epochs.values()].flatMap(sort);
  }

  #take(topic: string, payload: Buffer): void {
    if (topic === 'state' && payload.length > 0) this.states.push(JSON.parse(payload.toString()) as Record<string, unknown>);
    if (topic === 'marker') this.#marked?.();
    if (topic !== 'event' && topic !== 'batch') return;
    const events = topic === 'event' ? [payload] : elementsOf(payload);
    for (const bytes of events) this.#keep(bytes);
    if (this.receipts) void this.receipt().catch(() => undefined);
  }

  #keep(bytes: Buffer): void {
    const event = JSON.parse(bytes.toString()) as Omit<Stored, 'sequence'> & { epoch: string; sequence: string; source: string };
    const source = `/gates/${this.#options.site}/${this.#options.reader}`;
    if (event.source !== source || !/^\d{12}$/u.test(event.sequence)) this.strange.push(bytes.toString().slice(0, 200));
    const events = this.#epochs.get(event.epoch) ?? new Map<number, Stored>();
    this.#epochs.set(event.epoch, events);
    this.#epoch = event.epoch;
    const sequence = Number(event.sequence);
    const known = events.get(sequence);
    if (known === undefined) {
      if (sequence > 1 && !events.has(sequence - 1)) this.outOfOrder += 1;
      events.set(sequence, { sequence, bytes, prevhash: event.prevhash, type: event.type, data: event.data });
      return;
    }
    this.duplicates += 1;
    if (!known.bytes.equals(bytes)) this.strange.push(`two different events have the number ${event.sequence}`);
  }
}

const sort = (events: ReadonlyMap<number, Stored>): Stored[] => [...events.values()].sort((a, b) => a.sequence - b.sequence);

/** Events that do not continue the one before, and seals that the key of the last start does not verify. */
function breaksOf(events: readonly Stored[]): number {
  let breaks = 0;
  let [number, hash] = [0, ''];
  let key: JsonWebKey | undefined;
  for (const { sequence, bytes, prevhash, type, data } of events) {
    // A missing number is counted as a gap; chain and seal can only be followed where both neighbours are here.
    const follows = sequence === number + 1;
    if (follows && prevhash !== hash) breaks += 1;
    if (type === 'gate.start.v1') key = data['key'] as JsonWebKey;
    if (follows && type === 'gate.seal.v1' && !sealHolds(String(data['seal']), key, hash)) breaks += 1;
    [number, hash] = [sequence, createHash('sha256').update(bytes).digest('base64url')];
  }
  return breaks;
}

/** Whether a compact JWS verifies and names the hash of the event before it. */
function sealHolds(jws: string, key: JsonWebKey | undefined, hash: string): boolean {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  if (key === undefined) return false;
  const signed = verify(
    null,
    Buffer.from(`${header}.${payload}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
  return signed && (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { hash: string }).hash === hash;
}

/** The elements' own bytes of a JSON array of objects: what is hashed must not be serialised again. */
function elementsOf(payload: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let at = 0; at < payload.length; at += 1) {
    const byte = payload[at];
    if (quoted) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN) {
      if (depth === 0) start = at;
      depth += 1;
    } else if (byte === CLOSE) {
      depth -= 1;
      if (depth === 0) elements.push(payload.subarray(start, at + 1));
    }
  }
  return elements;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
