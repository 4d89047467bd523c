// One simulated reader: the way of a real one to the broker - own client id, state with its will, health, events in order, receipts,
// sending again from the first event without one after each connection, back-off - over the uplink's own connection.

import type { Clock } from '../../admission/ports.ts';
import { backoff } from '../../system/backoff.ts';
import type { Address } from '../../uplink/address.ts';
import { Link } from '../../uplink/link.ts';
import { readReceipt } from '../../uplink/receipts.ts';
import { contractBounds, contractTimings } from '../../uplink/timings.ts';
import { topicsOf } from '../../uplink/topics.ts';
import type { Figures } from './figures.ts';
import { SimulatedRecord } from './record.ts';

export interface ReaderOptions {
  readonly site: string;
  readonly reader: string;
  readonly address: Address;
  readonly clock: Clock;
  readonly random: () => number;
  readonly figures: Figures;
  /** The daemon's own version with what says that this is none. */
  readonly version: string;
  readonly publicKey: { readonly kty: string; readonly crv: string; readonly x: string; readonly kid: string };
}

/** Unacknowledged messages of one reader; real ones have up to 100, for a backlog after an outage. */
const WINDOW = 20;
const EVENT_TYPE = 'application/cloudevents+json';
const BATCH_TYPE = 'application/cloudevents-batch+json';

interface Flight {
  readonly through: number;
  readonly events: number;
  readonly sentMs: number;
}

export class SimulatedReader {
  readonly #options: ReaderOptions;
  readonly #topics: ReturnType<typeof topicsOf>;
  readonly #record: SimulatedRecord;
  readonly #flights = new Map<number, Flight>();
  #delays: Iterator<number, never>;
  #link: Link | undefined;
  #window = WINDOW;
  #session = 0;
  #next = 1;
  #delivered = 0;
  #receipted = 0;
  #ready = false;
  #closing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReaderOptions) {
    const { site, reader, clock, random, version, publicKey } = options;
    this.#options = options;
    this.#topics = topicsOf(site, reader);
    this.#delays = backoff({ firstMs: contractTimings.reconnectFirstMs, maxMs: contractTimings.reconnectMostMs, random });
    this.#record = new SimulatedRecord({ source: `/gates/${site}/${reader}`, gate: reader, clock, random });
    const moment = clock.describe(clock.read());
    const { state, boot, monotonicMs } = moment;
    const data = { version, gate: reader, key: publicKey, clock: { state, boot, monotonicMs } };
    this.#record.append({ moment, type: 'gate.start.v1', data });
    options.figures.made += 1;
  }

  /** Everything made is acknowledged, or there is no connection to wait for. */
  get settled(): boolean {
    return !this.#ready || (this.#flights.size === 0 && this.#next > this.#record.sequence);
  }

  connect(): void {
    this.#session += 1;
    const { address, site, reader, figures } = this.#options;
    const will = { topic: this.#topics.state, payload: this.#state('lost') };
    const clientId = `gate-reader-${site}-${reader}`;
    this.#link = new Link(
      { address, clientId, will, timings: contractTimings },
      {
        opened: ({ receiveMaximum }) => this.#opened(receiveMaximum),
        acknowledged: (id, reason) => this.#acknowledged(id, reason),
        message: (topic, payload) => this.#message(topic, payload),
        skipping: () => undefined,
        closed: (cause) => this.#closed(cause),
      },
    );
    figures.connections += 1;
  }

  /** Somebody comes; false where nothing more can be kept, and nobody came. */
  scan(): boolean {
    if (this.#record.full) return false;
    this.#record.scan();
    this.#options.figures.made += 1;
    this.#options.figures.scanned += 1;
    this.#pump();
    return true;
  }

  health(): void {
    if (!this.#ready || !this.#link?.open) return;
    const { clock } = this.#options;
    const backlog = { count: this.#record.sequence - this.#record.first + 1, oldestAgeSeconds: 0 };
    this.#link.tell(this.#topics.health, JSON.stringify({ at: clock.describe(clock.read()).text, backlog }));
  }

  /** Says `stopped`, clears what the broker retains of it, and goodbye. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const link = this.#link;
    if (!link?.open) return link?.abort('closed by the simulation');
    link.tell(this.#topics.state, this.#state('stopped'));
    for (const topic of [this.#topics.state, this.#topics.health]) link.tell(topic, '');
    await link.end(2_000);
  }

  #opened(receiveMaximum: number): void {
    this.#window = Math.min(WINDOW, receiveMaximum);
    this.#link?.subscribe([this.#topics.receipt], () => {
      this.#options.figures.connected += 1;
      this.#ready = true;
      this.#next = this.#record.first;
      this.#link?.publish(this.#topics.state, this.#state('ready'), { retain: true, contentType: 'application/json' });
      this.health();
      this.#pump();
    });
  }

  #pump(): void {
    const { figures } = this.#options;
    while (this.#ready && this.#link?.open && this.#flights.size < this.#window - 1) {
      const bodies = this.#due();
      const [first] = bodies;
      if (first === undefined) return;
      const batch = bodies.length > 1;
      const payload = batch ? Buffer.from(`[${bodies.join(',')}]`) : first;
      const id = this.#link.publish(batch ? this.#topics.batch : this.#topics.event, payload, {
        contentType: batch ? BATCH_TYPE : EVENT_TYPE,
      });
      this.#next += bodies.length;
      figures.sent += bodies.length;
      this.#flights.set(id, { through: this.#next - 1, events: bodies.length, sentMs: performance.now() });
    }
  }

  /** The next event; a backlog goes in batches. */
  #due(): Buffer[] {
    const unsent = this.#record.sequence - this.#next + 1;
    const many = unsent > contractBounds.liveRows ? Math.min(unsent, contractBounds.batchRows) : Math.min(unsent, 1);
    return Array.from({ length: many }, (_, at) => this.#record.at(this.#next + at)?.body).filter((body) => body !== undefined);
  }

  #acknowledged(id: number, reason: number): void {
    const flight = this.#flights.get(id);
    if (flight === undefined) return;
    this.#flights.delete(id);
    const { figures } = this.#options;
    figures.took(performance.now() - flight.sentMs);
    if (reason === 0) {
      // After a refusal what follows it is acknowledged too, and sent once more: delivered is what has nothing missing before it.
      if (flight.through - flight.events <= this.#delivered) this.#advance(flight.through);
      figures.forgotten += this.#record.forget(this.#delivered);
      return this.#pump();
    }
    // Not delivered: the same again, after a while, from the first that was not.
    figures.refused += flight.events;
    this.#next = this.#delivered + 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, contractTimings.retryFirstMs);
  }

  #advance(through: number): void {
    this.#options.figures.acknowledged += Math.max(0, through - this.#delivered);
    this.#delivered = Math.max(this.#delivered, through);
  }

  #message(topic: string, payload: Buffer): void {
    if (topic !== this.#topics.receipt) return;
    const { epoch, first, sequence } = this.#record;
    const reading = readReceipt(payload, { epoch, first, head: sequence, receipted: this.#receipted });
    if (!reading.ok) return;
    const stored = reading.receipt.sequence;
    this.#options.figures.receipted += stored - this.#receipted;
    this.#receipted = stored;
    this.#advance(stored);
    this.#record.receipted(stored);
    this.#next = Math.max(this.#next, this.#record.first);
  }

  #closed(cause: string): void {
    const { figures } = this.#options;
    if (this.#ready) figures.connected -= 1;
    this.#ready = false;
    this.#flights.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closing) return;
    figures.lost += 1;
    figures.lastCause = cause;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.connect();
    }, this.#delays.next().value);
  }

  #state(state: 'ready' | 'stopped' | 'lost'): string {
    const { clock, version } = this.#options;
    const moment = clock.describe(clock.read());
    const { epoch, sequence } = this.#record;
    return JSON.stringify({
      state,
      session: this.#session,
      epoch,
      sequence,
      version,
      clock: moment.state,
      faults: [],
      at: moment.text,
    });
  }
}
