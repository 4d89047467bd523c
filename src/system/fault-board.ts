// Which parts are not working at this moment: the one place that state, log and journal read it from. Tells of changes only.

import type { Fault } from '../admission/ports.ts';

/** `message` undefined: the part is back. */
export type FaultListener = (part: string, message: string | undefined) => void;

export class FaultBoard {
  readonly #faults = new Map<string, string>();
  readonly #listeners: FaultListener[] = [];

  /** The listener hears each change after it took effect. */
  onChange(listener: FaultListener): void {
    this.#listeners.push(listener);
  }

  /** A part was lost, is lost in another way, or is back. The same again is no change. */
  readonly report: FaultListener = (part, message) => {
    if (this.#faults.get(part) === message) return;
    if (message === undefined) this.#faults.delete(part);
    else this.#faults.set(part, message);
    for (const listener of this.#listeners) listener(part, message);
  };

  has(part: string): boolean {
    return this.#faults.has(part);
  }

  get faults(): readonly Fault[] {
    return Array.from(this.#faults, ([part, message]) => ({ part, message }));
  }
}
