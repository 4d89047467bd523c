// Which rows to send next: the pure core of the uplink. No I/O, no clock. Guarantees: `confirmed` never passes a row that was not
// delivered; what is sent on a connection is contiguous, and after a refusal starts again at the first undelivered row;
// no more is in flight than the broker and the bounds allow.
import { Appetite } from './appetite.ts';
import type { Bounds } from './timings.ts';

/** Sequence numbers from..to, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What may be sent now. The shell reads the rows and says with `started` (or `absent`) how far it got. */
export interface Plan extends Range {
  readonly kind: 'event' | 'batch';
  /** The payload may be this large; a single row may be larger. */
  readonly maxBytes: number;
  /** Asked for by the centre, apart from the order of first delivery. */
  readonly resend: boolean;
}

export interface Start {
  /** Everything up to here needs no sending: the cursor, or the last row pruned. */
  readonly confirmed: number;
  /** The highest row journalled. */
  readonly head: number;
  /** MQTT Receive Maximum of the connection. */
  readonly receiveMaximum: number;
  /** What a payload may weigh for this broker. */
  readonly maxPayloadBytes: number;
  /** Nobody may have subscribed yet: one message at a time until the first is delivered. */
  readonly cautious?: boolean;
}

interface Flight extends Range {
  readonly id: number;
  readonly kind: Plan['kind'];
  readonly bytes: number;
  outcome: 'pending' | 'delivered' | 'refused';
}

/** The delays after refusals, in milliseconds; made anew after each success. */
export type RetryDelays = () => Iterator<number, never>;

export class Drain {
  readonly #bounds: Bounds;
  readonly #delays: RetryDelays;
  /** Outlives connections: what it goes by is learnt from their ends. */
  readonly #appetite: Appetite;
  #retry: Iterator<number, never>;
  #active = false;
  #confirmed = 0;
  #head = 0;
  #next = 1;
  #backlogTo = 0;
  #window = 1;
  #maxBytes = 0;
  /** In the order sent; the delivered ones at the front are dropped. */
  #flights: Flight[] = [];
  #resends: Flight[] = [];
  #wanted: Range[] = [];
  /** A refusal came: nothing is sent until everything in flight is settled. */
  #halted = false;
  /** One message at a time until one is delivered: after a refusal, */
  #probing = false;
  /** and at a cautious beginning: who subscribes while a window is being refused would get its end before its beginning; so would
   * everybody where the beginning is too large and the end is not. */
  #opening = false;
  #retryAt: number | undefined;

  constructor(bounds: Bounds, delays: RetryDelays) {
    this.#bounds = bounds;
    this.#delays = delays;
    this.#appetite = new Appetite(bounds.batchBytes);
    this.#retry = delays();
  }

  /** Everything up to here was delivered (or receipted, or no longer exists). */
  get confirmed(): number {
    return this.#confirmed;
  }

  get head(): number {
    return this.#head;
  }

  /** When (by the caller's clock) to ask `next` again after a refusal; undefined when an acknowledgement or a row will do. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  /** Refused, and nothing delivered since. */
  get refused(): boolean {
    return this.#halted || this.#probing;
  }

  /** What is still to be sent once more. */
  get wanted(): readonly Range[] {
    return this.#wanted;
  }

  get inFlight(): number {
    return this.#pending(this.#flights).length + this.#resends.length;
  }

  /** Nothing unsent, nothing in flight. */
  get idle(): boolean {
    return this.#next > this.#head && this.inFlight === 0 && this.#wanted.length === 0 && !this.#halted;
  }

  /** A connection is up: everything journalled so far is backlog. Acknowledgements of earlier connections mean nothing now. */
  begin(start: Start): void {
    this.end();
    this.#active = true;
    this.#opening = start.cautious === true || this.#appetite.doubtful;
    this.#confirmed = start.confirmed;
    this.#head = Math.max(start.head, start.confirmed);
    this.#next = start.confirmed + 1;
    this.#backlogTo = this.#head;
    this.#window = Math.min(this.#bounds.window, start.receiveMaximum);
    this.#maxBytes = start.maxPayloadBytes;
  }

  /** The connection is gone: what was in flight counts as not delivered. */
  end(): void {
    const oldest = this.#pending(this.#flights)[0] ?? this.#resends[0];
    if (oldest !== undefined) this.#tooMuch(oldest);
    this.#active = false;
    this.#flights = [];
    this.#resends = [];
    this.#wanted = [];
    this.#halted = false;
    this.#probing = false;
    this.#retryAt = undefined;
    this.#retry = this.#delays();
  }

  appended(sequence: number): void {
    this.#head = Math.max(this.#head, sequence);
  }

  /** The centre has everything up to `sequence` (which must exist or have existed). */
  receipted(sequence: number): void {
    this.#confirmed = Math.max(this.#confirmed, sequence);
    this.#next = Math.max(this.#next, sequence + 1);
  }

  /** Sends these rows once more, as batches; ranges are sorted, apart and exist. Rows still to be sent are left to their turn. */
  resend(ranges: readonly Range[]): void {
    this.#wanted = [...ranges];
  }

  /** A subscriber came: the delay after a refusal is over. */
  retryNow(): void {
    if (this.#retryAt !== undefined) this.#retryAt = 0;
  }

  /** What to send now, if anything. `others`: unacknowledged QoS 1 messages that are not events. */
  next(nowMs: number, others = 0): Plan | undefined {
    if (!this.#active || this.#halted) return undefined;
    if (this.#retryAt !== undefined && nowMs < this.#retryAt) return undefined;
    const window = this.#probing || this.#opening ? 1 : this.#window;
    if (this.inFlight >= Math.min(window, this.#window - others)) return undefined;
    return this.#nextResend() ?? this.#nextRow();
  }

  /** The plan's rows up to `to` went out as message `id`. */
  started(id: number, plan: Plan, to: number, bytes: number): void {
    this.#retryAt = undefined;
    const flight: Flight = { id, kind: plan.kind, from: plan.from, to, bytes, outcome: 'pending' };
    if (plan.resend) {
      this.#resends.push(flight);
      this.#dropWanted(to);
    } else {
      this.#flights.push(flight);
      this.#next = to + 1;
    }
  }

  /** The journal holds no row of the plan (pruned meanwhile). */
  absent(plan: Plan): void {
    if (plan.resend) {
      this.#dropWanted(plan.to);
      return;
    }
    this.#flights.push({ id: -1, kind: plan.kind, from: plan.from, to: plan.to, bytes: 0, outcome: 'delivered' });
    this.#next = plan.to + 1;
    this.#confirm();
  }

  /** Message `id` was acknowledged; false where the broker said that it was not delivered. Unknown ids are ignored. */
  settled(id: number, delivered: boolean, nowMs: number): void {
    const flight = [...this.#resends, ...this.#flights].find((one) => one.id === id && one.outcome === 'pending');
    if (flight === undefined) return;
    flight.outcome = delivered ? 'delivered' : 'refused';
    if (delivered) this.#opening = false;
    if (delivered && flight.kind === 'batch') this.#appetite.delivered();
    if (this.#resends.includes(flight)) {
      this.#resends = this.#resends.filter((one) => one !== flight);
      if (!delivered) this.#wanted.unshift({ from: flight.from, to: flight.to });
    }
    this.#confirm();
    if (!delivered) this.#halted = true;
    else if (this.#probing && !this.#halted) {
      this.#probing = false;
      this.#retry = this.#delays();
    }
    if (this.#halted && this.inFlight === 0) this.#rewind(nowMs);
  }

  /** Message `id` is being refused for what it is, not for want of a subscriber: its rows may pass in smaller messages. */
  spurned(id: number): void {
    const flight = [...this.#resends, ...this.#flights].find((one) => one.id === id && one.outcome === 'pending');
    if (flight !== undefined) this.#tooMuch(flight);
  }

  #tooMuch({ from, to, bytes }: Flight): void {
    if (to > from) this.#appetite.failed(bytes);
  }

  #rewind(nowMs: number): void {
    this.#flights = [];
    this.#next = this.#confirmed + 1;
    this.#halted = false;
    this.#probing = true;
    this.#retryAt = nowMs + this.#retry.next().value;
  }

  #confirm(): void {
    while (this.#flights[0]?.outcome === 'delivered') {
      this.#confirmed = Math.max(this.#confirmed, this.#flights[0].to);
      this.#flights.shift();
    }
  }

  #pending(flights: readonly Flight[]): Flight[] {
    return flights.filter((one) => one.outcome === 'pending');
  }

  #bytesInFlight(): number {
    return [...this.#resends, ...this.#pending(this.#flights)].reduce((sum, one) => sum + one.bytes, 0);
  }

  #mostBytes(): number {
    return Math.min(this.#appetite.bytes, this.#maxBytes);
  }

  #nextResend(): Plan | undefined {
    while (this.#wanted[0] !== undefined && this.#wanted[0].from >= this.#next) this.#wanted.shift();
    const range = this.#wanted[0];
    if (range === undefined || this.#bytesInFlight() >= this.#appetite.bytesInFlight) return undefined;
    const to = Math.min(range.to, this.#next - 1, range.from + this.#bounds.batchRows - 1);
    return { kind: 'batch', from: range.from, to, maxBytes: this.#mostBytes(), resend: true };
  }

  #dropWanted(to: number): void {
    const range = this.#wanted.shift();
    if (range !== undefined && to < range.to) this.#wanted.unshift({ from: to + 1, to: range.to });
  }

  #nextRow(): Plan | undefined {
    if (this.#next > this.#head) return undefined;
    if (this.#head - this.#next + 1 > this.#bounds.liveRows) this.#backlogTo = this.#head;
    if (this.#next > this.#backlogTo) {
      return { kind: 'event', from: this.#next, to: this.#next, maxBytes: this.#mostBytes(), resend: false };
    }
    if (this.#bytesInFlight() >= this.#appetite.bytesInFlight) return undefined;
    const to = Math.min(this.#backlogTo, this.#next + this.#bounds.batchRows - 1);
    return { kind: 'batch', from: this.#next, to, maxBytes: this.#mostBytes(), resend: false };
  }
}
