// Contacts of the cabinet: an alarm once, an event for each change, and a fault while it is open. The fault has no gate.fault.v1
// of its own: gate.tamper.v1 says the same.

import type { InputChange } from '../admission/ports.ts';
import { FlapLimit } from '../system/flap-limit.ts';
import { type GatePart, record, type Shared } from './part.ts';

/** What the parts of open cabinets are called among the faults. */
export const TAMPER_PART = 'tamper:';

export class Tampers implements GatePart {
  readonly #shared: Shared;
  readonly #limit = new FlapLimit();
  readonly #open = new Map<string, boolean>();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** What is found open at the start is told without an alarm: nobody is caught at it. */
  change({ input, active, initial, instant }: InputChange): void {
    const before = this.#open.get(input);
    this.#open.set(input, active);
    if (before === active || (before === undefined && !active)) return;
    const unrecorded = this.#limit.admit(input, instant.monotonicMs);
    record(this.#shared, { input, instant, unrecorded }, (common, { moment, clock }) => ({
      moment,
      type: 'gate.tamper.v1',
      data: { ...common, state: active ? 'opened' : 'closed', ...(initial ? { initial } : {}), clock },
    }));
    if (active && before !== undefined) this.#shared.announce('tamper');
    this.#shared.report(`${TAMPER_PART}${input}`, active ? OPEN : undefined);
  }
}

const OPEN = 'the cabinet is open; look at what was done inside, then shut it';
