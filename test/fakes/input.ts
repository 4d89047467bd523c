// A button or contact on a test's desk. It refuses what a real one can't do: a change before it was found in some state, the same
// state twice, two who read it.

import type { Clock, Input, InputChange } from '../../src/admission/ports.ts';

interface Given {
  readonly change: InputChange;
  readonly taken: () => void;
}

export class FakeInput implements Input {
  readonly id: string;
  /** Settles as soon as it is found in some state. */
  readonly opened: Promise<void>;
  readonly #clock: Pick<Clock, 'read'>;
  readonly #given: Given[] = [];
  #active: boolean | undefined;
  #isRead = false;
  #wake: () => void = () => undefined;
  #open: () => void = () => undefined;

  constructor(id: string, clock: Pick<Clock, 'read'>) {
    this.id = id;
    this.opened = new Promise((resolve) => (this.#open = resolve));
    this.#clock = clock;
  }

  /** Its device is opened, or opened again, and it is so. Resolves, as all of these, when whoever reads it has dealt with it. */
  found(active: boolean): Promise<void> {
    this.#open();
    return this.#give(active, { initial: true });
  }

  set(active: boolean): Promise<void> {
    if (this.#active === undefined) throw new Error(`${this.id} was not found in any state yet`);
    if (this.#active === active) throw new Error(`${this.id} is so already`);
    return this.#give(active, {});
  }

  /** Pressed and let go; one pulse of a turn sensor. */
  async press(): Promise<void> {
    await this.set(true);
    await this.set(false);
  }

  async *changes(signal: AbortSignal): AsyncGenerator<InputChange, void> {
    if (this.#isRead) throw new Error(`${this.id} is read already`);
    this.#isRead = true;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      const next = this.#given.shift();
      if (next) {
        yield next.change;
        next.taken();
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  #give(active: boolean, more: Pick<InputChange, 'initial'>): Promise<void> {
    this.#active = active;
    const change = { input: this.id, active, ...more, instant: this.#clock.read() };
    return new Promise((taken) => {
      this.#given.push({ change, taken });
      this.#wake();
    });
  }
}
