// The repeat window: the same code again within it gets the last verdict again and is not recorded again. It runs from
// the recorded scan, is not extended by repeats, covers denied and unknown codes too, and lives in memory only.

/** Above this many codes in one window the oldest are forgotten: a flood costs memory's bound, never the gate. */
const MOST_CODES = 65_536;

/** What was answered, by a code's fingerprint; `windowMs` 0 switches it off. */
export class RepeatWindow<Answer> {
  readonly #windowMs: number;
  /** In order of recording, so that the oldest is always first. */
  readonly #answers = new Map<string, { readonly answer: Answer; readonly untilMs: number }>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** The answer recorded for this code less than the window ago, by monotonic time. */
  find(fingerprint: string, monotonicMs: number): Answer | undefined {
    const found = this.#answers.get(fingerprint);
    return found !== undefined && monotonicMs < found.untilMs ? found.answer : undefined;
  }

  /** Opens the window of a code that was just recorded. */
  remember(fingerprint: string, monotonicMs: number, answer: Answer): void {
    if (this.#windowMs <= 0) return;
    this.#answers.delete(fingerprint);
    this.#answers.set(fingerprint, { answer, untilMs: monotonicMs + this.#windowMs });
    for (const [oldest, { untilMs }] of this.#answers) {
      if (untilMs > monotonicMs && this.#answers.size <= MOST_CODES) break;
      this.#answers.delete(oldest);
    }
  }

  /** Closes the window of a code where this answer opened it: its holder did not go through and may scan again at once. */
  forget(fingerprint: string, answer: Answer): void {
    if (this.#answers.get(fingerprint)?.answer === answer) this.#answers.delete(fingerprint);
  }

  /** Closes every window: what was answered before no longer holds. */
  clear(): void {
    this.#answers.clear();
  }

  get size(): number {
    return this.#answers.size;
  }
}
