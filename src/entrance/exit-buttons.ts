// The button inside: it opens the gate first and records then, because people must get out whatever the disk does.

import type { InputChange } from '../admission/ports.ts';
import { FlapLimit } from '../system/flap-limit.ts';
import { type GatePart, record, type Shared } from './part.ts';

/** A button that chatters opens with each pulse of the relay, and is counted beyond this. */
const RECORDED = { most: 10, withinMs: 60_000 };

export class ExitButtons implements GatePart {
  readonly #shared: Shared;
  readonly #limit = new FlapLimit(RECORDED);
  #openUntilMs = Number.NEGATIVE_INFINITY;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Pressed and held is one press, and what is held down when the reader starts is none. */
  change({ input, active, initial, instant }: InputChange): void {
    const atMs = instant.monotonicMs;
    if (!active || initial || atMs < this.#openUntilMs) return;
    this.#openUntilMs = atMs + this.#shared.pulseMs;
    const openedMs = this.#shared.clock.read().monotonicMs;
    this.#shared.open({ cause: 'exit-request', direction: 'out', atMs: openedMs }, 'exit-request');
    const unrecorded = this.#limit.admit(input, atMs);
    record(this.#shared, { input, instant, unrecorded }, (common, { moment, clock }) => ({
      moment,
      type: 'gate.exit-request.v1',
      data: { ...common, clock },
    }));
  }
}
