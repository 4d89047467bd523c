// Who went which way today: a projection of the journal in memory, rebuilt at start, so that judging needs no index.

import type { EventContent } from '../admission/event.ts';
import type { Direction, Past } from '../admission/ports.ts';
import type { StoredEvent } from './chain.ts';
import type { Connection } from './database.ts';

/** A school day is some thousand scans; the bound keeps a start fast whatever the journal holds. */
const MOST_ROWS = 100_000;
/** A clock that was wrong for a while leaves rows of another day between today's: this many end the search. */
const MOST_ROWS_OF_OTHER_DAYS = 2_000;

export class Presence implements Past {
  #day = '';
  readonly #passages = new Map<string, Direction>();

  lastPassage(ref: string, day: string): Direction | undefined {
    return day === this.#day ? this.#passages.get(ref) : undefined;
  }

  /** Takes note of a committed event. */
  note(content: EventContent): void {
    if (content.type !== 'gate.scan.v1') return;
    this.#note(content.moment.day, content.data.verdict, content.data.credential.ref, content.data.direction);
  }

  /** Reads back from the end to the beginning of `day`; the last passage of each holder counts. */
  rebuild(connection: Connection, day: string): void {
    this.#passages.clear();
    this.#day = day;
    const rows = connection
      .prepare<[number], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence DESC LIMIT ?')
      .iterate(MOST_ROWS);
    let others = 0;
    for (const { body } of rows) {
      // The time is the sixth key of our own serialisation; parsing the other days' rows whole would cost a slow start.
      const isToday = body.includes(`"time":"${day}T`);
      others = isToday ? 0 : others + 1;
      if (others > MOST_ROWS_OF_OTHER_DAYS) break;
      if (isToday) this.#noteStored(body);
    }
  }

  #noteStored(body: Buffer): void {
    const { type, data } = JSON.parse(body.toString()) as EventContent;
    if (type !== 'gate.scan.v1' || data.credential.ref === undefined || this.#passages.has(data.credential.ref)) return;
    this.#note(this.#day, data.verdict, data.credential.ref, data.direction);
  }

  #note(day: string, verdict: string, ref: string | undefined, direction: Direction | undefined): void {
    if (verdict !== 'granted' || ref === undefined || direction === undefined) return;
    if (day !== this.#day) {
      this.#passages.clear();
      this.#day = day;
    }
    this.#passages.set(ref, direction);
  }
}
