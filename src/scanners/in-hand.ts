// Scans that were handed on and are not answered yet, for a watchdog that must see a lane which hangs while the rest of the daemon
// goes on.

import type { Clock, Scanner } from '../admission/ports.ts';

/** Twice the watchdog's usual time. A flush that takes so long holds up the watchdog's beat itself. */
const HUNG_MS = 60_000;

export class InHand {
  readonly #clock: Pick<Clock, 'read'>;
  /** By scanner, when its scan was handed on, monotonic milliseconds. */
  readonly #since = new Map<Scanner, number>();

  constructor(clock: Pick<Clock, 'read'>) {
    this.#clock = clock;
  }

  /** The same scanner, watched: a scan is answered when the next one is asked for. */
  watch(scanner: Scanner): Scanner {
    const [clock, since] = [this.#clock, this.#since];
    return {
      id: scanner.id,
      direction: scanner.direction,
      async *scans(signal) {
        for await (const scan of scanner.scans(signal)) {
          since.set(scanner, clock.read().monotonicMs);
          try {
            yield scan;
          } finally {
            since.delete(scanner);
          }
        }
      },
    };
  }

  /** Whether a scan waits for its answer for longer than any takes. */
  isHung(): boolean {
    return Math.min(...this.#since.values()) <= this.#clock.read().monotonicMs - HUNG_MS;
  }
}
