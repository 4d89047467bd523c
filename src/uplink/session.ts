// One connection's life: subscribe, then send what is due, until it closes. Everything that arrives is data and is judged as such.
import { reasonText } from './causes.ts';
import type { Announcer } from './announcer.ts';
import type { Feed } from './feed.ts';
import type { Answer } from '../admission/command.ts';
import { Answers, replyTo } from './answers.ts';
import type { Leftovers } from './leftovers.ts';
import { type Delivery, Link, type LinkLimits, type LinkOptions } from './link.ts';
import type { CommandArrival, Reply, ReportFields } from './messages.ts';
import { listOf, type Topics } from './topics.ts';
import { contractBounds, largestCommandBytes, largestReceiptBytes } from './timings.ts';

const batchType = 'application/cloudevents-batch+json';

export interface SessionDependencies {
  readonly feed: Feed;
  readonly leftovers: Leftovers;
  readonly announcer: Announcer;
  readonly topics: Topics;
  readonly number: number;
  /** The embedded broker answers "not authorised" where it means "nobody subscribes". */
  readonly embedded: boolean;
}

export interface SessionHooks {
  connected(): void;
  closed(cause: string): void;
  receipted(sequence: number): void;
  command(arrival: CommandArrival): void;
  list(name: string, jws: Uint8Array<ArrayBuffer>): void;
  listTooLarge(name: string): void;
  report(code: string, fields: ReportFields): void;
  /** Events were not delivered: why, and whether only a subscriber is missing. Comes with each refusal. */
  refused(cause: string, unheard: boolean): void;
  /** Events are delivered, after a refusal or not. */
  delivered(): void;
  /** Something was settled: the closing daemon looks whether all is sent. */
  progressed(): void;
}

export class Session {
  readonly #with: SessionDependencies;
  readonly #hooks: SessionHooks;
  readonly #link: Link;
  /** What comes in on which topic, but for the lists. */
  readonly #inbox: ReadonlyMap<string, (payload: Buffer, delivery: Delivery) => void>;
  readonly #answers = new Answers();
  readonly #reported = new Set<string>();
  #limits: LinkLimits = { receiveMaximum: 1, maximumPacketBytes: 0 };
  #ready = false;
  /** A receipt that came before the answer to its subscription, as a broker may do (MQTT 5, 3.8.4): the latest of them. */
  #before: Buffer | undefined;
  #resent = false;
  #wake: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryAt: number | undefined;

  /** Starts to connect. @throws when a certificate or key cannot be used. */
  constructor(dependencies: SessionDependencies, hooks: SessionHooks, options: LinkOptions) {
    this.#with = dependencies;
    this.#hooks = hooks;
    this.#inbox = new Map([
      [dependencies.topics.receipt, (payload) => this.#receipt(payload)],
      [dependencies.topics.command, (payload, delivery) => this.#command(payload, delivery)],
    ]);
    this.#link = new Link(options, {
      opened: (limits) => this.#opened(limits),
      acknowledged: (id, reason) => this.#acknowledged(id, reason),
      message: (topic, payload, delivery) => this.#take(topic, payload, delivery),
      skipping: (topic) => this.#skipping(topic),
      closed: (cause) => this.#closed(cause),
    });
  }

  /** Connected and subscribed. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Sends what may be sent, at the end of this turn of the event loop: many wakes, one pump. */
  wake(): void {
    this.#wake ??= setImmediate(() => {
      this.#wake = undefined;
      this.#pump();
    });
  }

  /** A new subscription has the broker send what it retains once more. */
  askForLists(): void {
    if (this.#ready) this.#subscribeToLists();
  }

  /** Answers whoever sent a command on this connection. */
  answer(reply: Reply, answer: Answer): void {
    this.#answers.add(reply, answer);
    this.wake();
  }

  end(withinMs: number): Promise<void> {
    return this.#link.end(withinMs);
  }

  #opened(limits: LinkLimits): void {
    this.#limits = limits;
    this.#link.subscribe([this.#with.topics.receipt], (refusal) => {
      if (refusal !== undefined) this.#once('subscription-refused', { cause: refusal });
      this.#ready = true;
      this.#with.feed.begin(limits);
      this.#with.leftovers.begin(limits);
      this.#with.announcer.connected(this.#link, this.#with.number);
      this.#hooks.connected();
      if (this.#before !== undefined) this.#receipt(this.#before);
      this.#before = undefined;
      this.wake();
    });
    // Each on its own: an access list may allow the one and not the other.
    this.#subscribeToLists();
    this.#link.subscribe([this.#with.topics.command], (refusal) => {
      if (refusal !== undefined) this.#once('commands-refused', { cause: refusal });
    });
  }

  #subscribeToLists(): void {
    this.#link.subscribe([this.#with.topics.lists], (refusal) => {
      if (refusal !== undefined) this.#once('lists-refused', { cause: refusal });
    });
  }

  #take(topic: string, payload: Buffer, delivery: Delivery): void {
    const list = listOf(this.#with.topics, topic);
    if (list === undefined) this.#inbox.get(topic)?.(payload, delivery);
    // Nothing retained there any more: the list that was taken stays until it expires.
    else if (payload.length > 0) this.#hooks.list(list, ownBytes(payload));
  }

  #skipping(topic: string): void {
    const list = listOf(this.#with.topics, topic);
    if (list !== undefined) this.#hooks.listTooLarge(list);
    else if (topic === this.#with.topics.command) this.#hooks.command({ jws: undefined, retained: false, reply: undefined });
    else if (topic === this.#with.topics.receipt) this.#once('receipt-ignored', { cause: 'oversized' });
    else this.#once('message-skipped', { cause: reasonText(0x95) });
  }

  #pump(): void {
    const { feed, announcer, topics, leftovers } = this.#with;
    if (!this.#ready || !this.#link.open) return;
    // The state first: it tells the centre which journal the events are from.
    const room = (): boolean => this.#link.unacknowledged < Math.min(this.#limits.receiveMaximum, contractBounds.window);
    announcer.pump(room());
    while (room() && this.#answers.send(this.#link)) continue;
    for (let parcel = this.#next(); parcel !== undefined; parcel = this.#next()) {
      const { kind } = parcel.plan;
      if (!feed.fits(parcel)) {
        feed.started(0, parcel);
        this.#refused(0, 0x95);
        continue;
      }
      const contentType = kind === 'event' ? 'application/cloudevents+json' : batchType;
      feed.started(this.#link.publish(topics[kind], parcel.payload, { contentType }), parcel);
    }
    // After what happens now; and not while nobody listens to that.
    const left = this.#link.open && room() && !feed.refused ? leftovers.next() : undefined;
    if (left !== undefined) leftovers.started(this.#link.publish(topics.batch, left, { contentType: batchType }));
    this.#armRetry(feed.retryAt);
  }

  #next(): ReturnType<Feed['next']> {
    return this.#link.open ? this.#with.feed.next(performance.now(), this.#link.unacknowledged) : undefined;
  }

  #acknowledged(id: number, reason: number): void {
    if (this.#with.announcer.acknowledged(id)) {
      // Retained is enough for the state: nobody has to be subscribed.
      if (reason >= 0x80) this.#once('state-refused', { cause: reasonText(reason) });
    } else if (this.#answers.acknowledged(id)) {
      // Whoever asked may have gone: 0x10 is nobody's fault.
      if (reason >= 0x80) this.#once('answer-refused', { cause: reasonText(reason) });
    } else if (this.#with.leftovers.acknowledged(id, reason === 0, this.#isUnheard(reason))) {
      // It goes on or tries again by itself, and what holds it up holds up the events of today.
    } else if (reason === 0) {
      this.#with.feed.settled(id, true, performance.now());
      if (!this.#with.feed.refused) this.#hooks.delivered();
    } else {
      this.#refused(id, reason);
    }
    this.#hooks.progressed();
    this.wake();
  }

  #refused(id: number, reason: number): void {
    const unheard = this.#isUnheard(reason);
    if (!unheard) this.#with.feed.spurned(id);
    this.#with.feed.settled(id, false, performance.now());
    this.#hooks.refused(reasonText(unheard ? 0x10 : reason), unheard);
  }

  #isUnheard(reason: number): boolean {
    return reason === 0x10 || (this.#with.embedded && reason === 0x87);
  }

  #command(payload: Buffer, { retained, responseTopic, correlationData }: Delivery): void {
    const jws = payload.length > largestCommandBytes ? undefined : Uint8Array.from(payload);
    // Nothing retained there any more.
    if (payload.length === 0) return;
    this.#hooks.command({ jws, retained, reply: replyTo(responseTopic, correlationData) });
  }

  #receipt(payload: Buffer): void {
    if (!this.#ready && payload.length <= largestReceiptBytes) {
      this.#before = Buffer.from(payload);
      return;
    }
    const outcome = this.#with.feed.receipt(payload, !this.#resent);
    if (outcome === undefined) return;
    if (typeof outcome === 'string') {
      this.#once('receipt-ignored', { cause: outcome });
      return;
    }
    if (outcome.resend.length > 0 && this.#resent) {
      this.#once('resend-ignored', { cause: 'one was honoured on this connection' });
    } else if (outcome.resend.length > 0) {
      this.#resent = true;
      const rows = outcome.resend.reduce((sum, range) => sum + range.to - range.from + 1, 0);
      this.#hooks.report('resend-asked', { rows });
    }
    this.#hooks.receipted(outcome.sequence);
    this.#hooks.progressed();
    this.wake();
  }

  /** Reports once a connection and cause. */
  #once(code: string, fields: { cause: string }): void {
    const key = `${code} ${fields.cause}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#hooks.report(code, fields);
  }

  #armRetry(retryAt: number | undefined): void {
    if (retryAt === this.#retryAt) return;
    this.#retryAt = retryAt;
    clearTimeout(this.#retry);
    if (retryAt === undefined) return;
    this.#retry = setTimeout(
      () => {
        this.#retryAt = undefined;
        this.#pump();
      },
      Math.max(1, Math.ceil(retryAt - performance.now())),
    );
  }

  #closed(cause: string): void {
    this.#ready = false;
    clearImmediate(this.#wake);
    clearTimeout(this.#retry);
    this.#with.feed.end();
    this.#with.leftovers.end();
    this.#with.announcer.disconnected();
    this.#hooks.closed(cause);
  }
}

/** Small payloads share the buffer of the packet around them, which must not be handed over. */
function ownBytes(payload: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = payload;
  return buffer instanceof ArrayBuffer && buffer.byteLength === payload.byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(payload);
}
