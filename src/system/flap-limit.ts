// A loose plug must not fill the journal: each part's changes are recorded up to a number in a time, the rest are counted.

const PLUG: Limit = { most: 10, withinMs: 600_000 };

export interface Limit {
  readonly most: number;
  readonly withinMs: number;
}

interface Flapping {
  /** Monotonic milliseconds of the recorded changes, oldest first. */
  recorded: number[];
  unrecorded: number;
}

export class FlapLimit {
  readonly #limit: Limit;
  readonly #parts = new Map<string, Flapping>();

  constructor(limit: Limit = PLUG) {
    this.#limit = limit;
  }

  /** Undefined: leave this change out. Else how many changes of the part were left out before it. */
  admit(part: string, monotonicMs: number): number | undefined {
    const flapping = this.#parts.get(part) ?? { recorded: [], unrecorded: 0 };
    this.#parts.set(part, flapping);
    flapping.recorded = flapping.recorded.filter((at) => monotonicMs - at < this.#limit.withinMs);
    if (flapping.recorded.length >= this.#limit.most) {
      flapping.unrecorded += 1;
      return undefined;
    }
    flapping.recorded.push(monotonicMs);
    const left = flapping.unrecorded;
    flapping.unrecorded = 0;
    return left;
  }
}
