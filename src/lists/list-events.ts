// What became of the lists, as events: `gate.list.v1` for each list taken over or refused. A flood of refusals is counted: beyond
// ten a minute they become one event.

import { clockData, type EventContent, type ListData } from '../admission/event.ts';
import type { Clock, ListName } from '../admission/ports.ts';
import { type Refusal, reasonText } from './refusal.ts';

const MOST_REFUSALS = 10;
const WITHIN_MS = 60_000;

export class ListEvents {
  readonly #clock: Clock;
  readonly #append: (content: EventContent) => void;
  #startedMs = Number.NEGATIVE_INFINITY;
  #refusals = 0;
  #ending: NodeJS.Timeout | undefined;

  constructor(clock: Clock, append: (content: EventContent) => void) {
    this.#clock = clock;
    this.#append = append;
  }

  taken(list: ListName, version: number): void {
    this.#record({ list, version, outcome: 'done' });
  }

  refused(list: ListName | 'unknown', refusal: Refusal): void {
    const { monotonicMs } = this.#clock.read();
    if (monotonicMs - this.#startedMs >= WITHIN_MS) {
      this.close();
      this.#startedMs = monotonicMs;
    }
    this.#refusals += 1;
    if (this.#refusals > MOST_REFUSALS) {
      this.#ending ??= setTimeout(() => this.close(), WITHIN_MS).unref();
      return;
    }
    const { version } = refusal;
    this.#record({ list, ...(version === undefined ? {} : { version }), outcome: 'refused', reason: reasonText(refusal) });
  }

  /** Ends the minute: the refusals that were only counted are told. */
  close(): void {
    clearTimeout(this.#ending);
    this.#ending = undefined;
    const unrecorded = this.#refusals - MOST_REFUSALS;
    this.#refusals = 0;
    this.#startedMs = Number.NEGATIVE_INFINITY;
    if (unrecorded > 0) this.#record({ list: 'unknown', outcome: 'refused', reason: 'too-many', unrecorded });
  }

  #record(data: Omit<ListData, 'clock'>): void {
    const moment = this.#clock.describe(this.#clock.read());
    this.#append({ moment, type: 'gate.list.v1', data: { ...data, clock: clockData(moment) } });
  }
}
