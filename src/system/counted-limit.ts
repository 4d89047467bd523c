// A flood of the same must not fill the journal: up to a number in a time are told one by one, the rest once, as a count.

export interface CountedLimitOptions {
  readonly most: number;
  readonly withinMs: number;
  /** Called at the end of the time with how many were left out; never with 0. */
  readonly tell: (unrecorded: number) => void;
}

export class CountedLimit {
  readonly #options: CountedLimitOptions;
  #startedMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #left = 0;
  #ending: NodeJS.Timeout | undefined;

  constructor(options: CountedLimitOptions) {
    this.#options = options;
  }

  /** Whether this one is told of by itself; else it is counted. */
  admit(monotonicMs: number): boolean {
    const { most, withinMs } = this.#options;
    if (monotonicMs - this.#startedMs >= withinMs) {
      if (Number.isFinite(this.#startedMs)) this.close();
      this.#startedMs = monotonicMs;
    }
    if (this.#told < most) {
      this.#told += 1;
      return true;
    }
    this.leave(1);
    return false;
  }

  /** So many that nobody looked at are only counted. */
  leave(count: number): void {
    this.#left += count;
    this.#ending ??= setTimeout(() => this.close(), this.#options.withinMs).unref();
  }

  /** Ends the time: what was only counted is told. */
  close(): void {
    clearTimeout(this.#ending);
    this.#ending = undefined;
    const left = this.#left;
    this.#told = 0;
    this.#left = 0;
    this.#startedMs = Number.NEGATIVE_INFINITY;
    if (left > 0) this.#options.tell(left);
  }
}
