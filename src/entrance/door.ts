// One door contact: what admission/door.ts tells becomes events and signals.

import { type DoorEvent, type DoorState, type DoorTimes, type DoorTold, nextDoor, UNSEEN_DOOR } from '../admission/door.ts';
import type { Opening } from '../admission/opening.ts';
import type { InputChange, Instant } from '../admission/ports.ts';
import { FlapLimit } from '../system/flap-limit.ts';
import { type GatePart, record, type Shared } from './part.ts';

export class Door implements GatePart {
  readonly #shared: Shared;
  readonly #input: string;
  readonly #times: DoorTimes;
  readonly #limit = new FlapLimit();
  #state: DoorState = UNSEEN_DOOR;

  constructor(shared: Shared, input: string, times: DoorTimes) {
    this.#shared = shared;
    this.#input = input;
    this.#times = times;
  }

  change({ active, initial, instant }: InputChange): void {
    this.#step({ type: 'contact', open: active, initial: initial === true, atMs: instant.monotonicMs }, instant);
  }

  opened({ atMs, pulseMs }: Opening): void {
    this.#step({ type: 'opening', atMs, ...(pulseMs === undefined ? {} : { pulseMs }) }, this.#shared.clock.read());
  }

  /** Of a contact that can't be read nobody knows whether the door still stands open. */
  dueMs(): number | undefined {
    return this.#shared.isLost(this.#input) ? undefined : this.#state.open?.dueMs;
  }

  due(now: Instant): void {
    this.#step({ type: 'time', atMs: now.monotonicMs }, now);
  }

  #step(event: DoorEvent, instant: Instant): void {
    const { state, told } = nextDoor(this.#state, event, this.#times);
    this.#state = state;
    for (const what of told) this.#tell(what, instant);
  }

  #tell(told: DoorTold, instant: Instant): void {
    const { log, announce } = this.#shared;
    const [input, state] = [this.#input, told.type];
    if (state === 'attention') return announce('held-open');
    if (state === 'closed') log.info({ input }, `door ${input} is shut again`);
    else {
      log.warn({ input }, state === 'forced' ? `door ${input} was opened without an opening` : `door ${input} stands open`);
      announce(state);
    }
    const openSeconds = 'openMs' in told ? { openSeconds: Math.round(told.openMs / 1000) } : {};
    const unrecorded = this.#limit.admit(state, instant.monotonicMs);
    record(this.#shared, { input, instant, unrecorded }, (common, { moment, clock }) => ({
      moment,
      type: 'gate.door.v1',
      data: { ...common, state, ...openSeconds, clock },
    }));
  }
}
