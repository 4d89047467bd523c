// How long to wait between attempts: an endless iterable of delays that a test can list. Start again by making a new one.

export interface Backoff {
  /** The longest first delay, in milliseconds; each one after may be twice as long. */
  readonly firstMs: number;
  /** No delay is longer than this, in milliseconds. */
  readonly maxMs: number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * Yields delays in whole milliseconds: the n-th is drawn from the upper half of `min(maxMs, firstMs * 2^n)`, so that a
 * school's readers do not all come back in the same instant after a power cut, and none comes back at once.
 */
export function* backoff({ firstMs, maxMs, random }: Backoff): Generator<number, never> {
  for (let ceiling = Math.min(firstMs, maxMs); ; ceiling = Math.min(ceiling * 2, maxMs)) {
    yield Math.round(ceiling * (1 - random() / 2));
  }
}
