// Publishes `state` and `health`, both retained. Only the latest of each counts: what could not go out is replaced, never queued.
import type { Link } from './link.ts';
import type { StateSnapshot } from './messages.ts';

export interface AnnouncerOptions {
  readonly topics: { readonly state: string; readonly health: string };
  readonly version: string;
  /** Stands in the will of a connection that begins before the first state is told. */
  readonly opening?: StateSnapshot | undefined;
  /** What the uplink knows and adds to each health message. */
  readonly knows: () => object;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  #link: Link | undefined;
  #session = 0;
  #state: StateSnapshot | undefined;
  #health: object | undefined;
  /** The latest state is not on its way yet. */
  #due = false;
  #inFlight: number | undefined;
  #settled: (() => void) | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** The will of session `n`. Beside `state` and `session` it tells how things stood when the connection began. */
  will(session: number, epoch: string): { topic: string; payload: string } {
    const at = new Date().toISOString();
    const snapshot = { epoch, sequence: 0, clock: null, faults: [], at, ...(this.#state ?? this.#options.opening) };
    return { topic: this.#options.topics.state, payload: this.#payload({ ...snapshot, state: 'lost' }, session) };
  }

  connected(link: Link, session: number): void {
    this.#link = link;
    this.#session = session;
    this.#inFlight = undefined;
    this.#due = this.#state !== undefined;
    this.#tellHealth();
  }

  disconnected(): void {
    this.#link = undefined;
    this.#inFlight = undefined;
    this.#settled?.();
  }

  state(snapshot: StateSnapshot): void {
    this.#state = snapshot;
    this.#due = true;
  }

  health(snapshot: object): void {
    this.#health = snapshot;
    this.#tellHealth();
  }

  /** Sends the state if one is due and none is on its way; `room`: the broker takes one more QoS 1 message. */
  pump(room: boolean): void {
    if (!this.#due || !room || this.#inFlight !== undefined || this.#state === undefined || !this.#link?.open) return;
    this.#due = false;
    const payload = this.#payload(this.#state, this.#session);
    this.#inFlight = this.#link.publish(this.#options.topics.state, payload, { retain: true, contentType: 'application/json' });
  }

  /** True if `id` was the state's message. */
  acknowledged(id: number): boolean {
    if (id !== this.#inFlight) return false;
    this.#inFlight = undefined;
    if (!this.#due) this.#settled?.();
    return true;
  }

  /** Says `stopped`; resolves once the broker has it, or the connection is gone. Call `pump` after it. */
  stopped(epoch: string, sequence: number): Promise<void> {
    if (!this.#link?.open) return Promise.resolve();
    const at = new Date().toISOString();
    this.state({ epoch, sequence, clock: null, faults: [], at, ...this.#state, state: 'stopped' });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settled = resolve;
    return promise;
  }

  #payload(snapshot: Omit<StateSnapshot, 'state'> & { state: StateSnapshot['state'] | 'lost' }, session: number): string {
    const { state, epoch, sequence, clock, faults, mode, at } = snapshot;
    return JSON.stringify({ state, session, epoch, sequence, version: this.#options.version, clock, faults, mode, at });
  }

  #tellHealth(): void {
    if (this.#health === undefined || !this.#link?.open) return;
    this.#link.tell(this.#options.topics.health, JSON.stringify({ ...this.#health, ...this.#options.knows() }));
  }
}
