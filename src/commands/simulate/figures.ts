// What a simulation counts, for all its readers together. Constant memory: beyond its room the reservoir keeps a fair sample.

const ROOM = 100_000;

export class Figures {
  /** Events that exist, the starts included. */
  made = 0;
  /** Those of them that are scans. */
  scanned = 0;
  /** Those handed to a socket; again after each connection that was lost. */
  sent = 0;
  /** Those that the broker took, each counted once. */
  acknowledged = 0;
  /** PUBACKs that mean "not delivered": 0x10 (nobody subscribes) and from 0x80 on. */
  refused = 0;
  receipted = 0;
  /** Events that were given up because the centre sent no receipt for them. */
  forgotten = 0;
  connected = 0;
  connections = 0;
  /** Connections that ended by themselves, or did not come about. */
  lost = 0;
  lastCause: string | undefined;
  readonly #random: () => number;
  readonly #times: number[] = [];
  #seen = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** From handing an event to the socket to its PUBACK, in milliseconds. */
  took(ms: number): void {
    this.#seen += 1;
    if (this.#times.length < ROOM) this.#times.push(ms);
    else {
      const at = Math.floor(this.#random() * this.#seen);
      if (at < ROOM) this.#times[at] = ms;
    }
  }

  /** Nearest rank, in milliseconds; undefined before the first acknowledgement. */
  percentile(share: number): number | undefined {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  }
}
