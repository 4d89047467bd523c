// Buttons that say which way the next code is for.

import type { Direction, InputChange } from '../admission/ports.ts';
import { nextWay, type WantedWay, wayAt } from '../admission/wanted-way.ts';
import type { GatePart } from './part.ts';

interface WayButton {
  readonly direction: Direction;
  readonly holdMs: number;
}

export class WayButtons implements GatePart {
  readonly #buttons: ReadonlyMap<string, WayButton>;
  #way: WantedWay | undefined;

  constructor(buttons: ReadonlyMap<string, WayButton>) {
    this.#buttons = buttons;
  }

  change({ input, active, initial, instant }: InputChange): void {
    const button = this.#buttons.get(input);
    if (!button || !active || initial) return;
    this.#way = nextWay({ type: 'pressed', ...button, atMs: instant.monotonicMs });
  }

  wayAt(monotonicMs: number): Direction | undefined {
    return wayAt(this.#way, monotonicMs);
  }

  taken(): void {
    this.#way = nextWay({ type: 'taken' });
  }
}
