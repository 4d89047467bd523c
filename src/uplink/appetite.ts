// How large a batch may be on this way to the centre. A broker need not say what is too much for it, and some answer with what
// MQTT does not allow or not at all; on a slow line a large batch is not acknowledged in time. Either way the same batch would
// fail for ever: what failed twice is tried again in halves, and larger again once that has worked for long. Pure.

/** Below this nothing is gained: about one event. */
const LEAST_BYTES = 1024;
/** Batches delivered in a row before a larger one is tried; each failure doubles it, for each costs a connection. */
const PATIENCE = { first: 32, most: 1024 };
/** A line that was cut while a batch was under way says nothing about its size. */
const FAILURES_FORGIVEN = 1;
/** So many batches may be unacknowledged at once. */
const BATCHES_IN_FLIGHT = 8;

export class Appetite {
  readonly #most: number;
  #bytes: number;
  #patience = PATIENCE.first;
  #delivered = 0;
  /** Since a batch was delivered. */
  #failures = 0;

  /** `most`: bytes of the largest batch there ever is. */
  constructor(most: number) {
    this.#most = most;
    this.#bytes = most;
  }

  /** Bytes of the next batch; a single row may be larger. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last batch failed: what is sent next may fail as well. */
  get doubtful(): boolean {
    return this.#failures > 0;
  }

  /** Batches wait once so many bytes are unacknowledged. */
  get bytesInFlight(): number {
    return this.#bytes * BATCHES_IN_FLIGHT;
  }

  /** A batch of several rows and so many bytes was refused, or its connection ended before it was acknowledged. */
  failed(bytes: number): void {
    this.#failures += 1;
    if (this.#failures <= FAILURES_FORGIVEN) return;
    this.#bytes = Math.max(LEAST_BYTES, Math.min(this.#bytes, Math.floor(bytes / 2)));
    this.#patience = Math.min(PATIENCE.most, this.#patience * 2);
    this.#delivered = 0;
  }

  /** A batch was delivered. */
  delivered(): void {
    this.#failures = 0;
    this.#delivered += 1;
    if (this.#bytes >= this.#most || this.#delivered < this.#patience) return;
    this.#bytes = Math.min(this.#most, this.#bytes * 2);
    this.#delivered = 0;
  }
}
