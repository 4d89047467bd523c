// What became of the lists, as events: `gate.list.v1` for each list taken over or refused. A flood of refusals is counted: beyond
// ten a minute they become one event.

import { clockData, type EventContent, type ListData } from '../admission/event.ts';
import type { Clock, ListName } from '../admission/ports.ts';
import { CountedLimit } from '../system/counted-limit.ts';
import { type Refusal, reasonText } from './refusal.ts';

export class ListEvents {
  readonly #clock: Clock;
  readonly #append: (content: EventContent) => void;
  readonly #refusals = new CountedLimit({
    most: 10,
    withinMs: 60_000,
    tell: (unrecorded) => this.#record({ list: 'unknown', outcome: 'refused', reason: 'too-many', unrecorded }),
  });

  constructor(clock: Clock, append: (content: EventContent) => void) {
    this.#clock = clock;
    this.#append = append;
  }

  taken(list: ListName, version: number): void {
    this.#record({ list, version, outcome: 'done' });
  }

  /** @returns whether it is told of by itself; else it is counted */
  refused(list: ListName | 'unknown', refusal: Refusal): boolean {
    if (!this.#refusals.admit(this.#clock.read().monotonicMs)) return false;
    const { version } = refusal;
    this.#record({ list, ...(version === undefined ? {} : { version }), outcome: 'refused', reason: reasonText(refusal) });
    return true;
  }

  /** Ends the minute: the refusals that were only counted are told. */
  close(): void {
    this.#refusals.close();
  }

  #record(data: Omit<ListData, 'clock'>): void {
    const moment = this.#clock.describe(this.#clock.read());
    this.#append({ moment, type: 'gate.list.v1', data: { ...data, clock: clockData(moment) } });
  }
}
