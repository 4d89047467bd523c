// Who went which way today: a projection of the journal in memory, rebuilt at start, so that judging needs no index.

import type { EventContent, ScanData } from '../admission/event.ts';
import type { Moment, Passage } from '../admission/ports.ts';
import type { StoredEvent } from './chain.ts';
import type { Connection } from './database.ts';

/** A school day is some thousand scans; the bound keeps a start fast whatever the journal holds. */
const MOST_ROWS = 100_000;
/** A clock that was wrong for a while leaves rows of another day between today's: this many end the search. */
const MOST_ROWS_OF_OTHER_DAYS = 2_000;

/** How a presence day is told from a moment; policy/presence-day.ts with the site's `exitAllAt`. */
export type DayOf = (moment: Pick<Moment, 'text' | 'day' | 'dayBefore'>) => string;

/** What an event of the past says, as far as presence needs it. */
interface StoredScan {
  readonly type: string;
  readonly time: string;
  readonly data: Partial<Pick<ScanData, 'verdict' | 'direction' | 'credential' | 'clock'>>;
}

export class Presence {
  readonly #dayOf: DayOf;
  #day = '';
  #inside = 0;
  readonly #passages = new Map<string, Passage>();
  #unread: { readonly connection: Connection; readonly now: Moment } | undefined;

  constructor(dayOf: DayOf) {
    this.#dayOf = dayOf;
  }

  lastPassage(person: string, day: string): Passage | undefined {
    this.settle();
    return day === this.#day ? this.#passages.get(person) : undefined;
  }

  inside(day: string): number {
    this.settle();
    return day === this.#day ? this.#inside : 0;
  }

  /** Takes note of a committed event. */
  note(content: EventContent): void {
    if (content.type !== 'gate.scan.v1') return;
    this.settle();
    const { wallMs, monotonicMs, boot } = content.moment;
    this.#note(this.#dayOf(content.moment), content.data, { instant: { wallMs, monotonicMs }, boot });
  }

  /** What is known is thrown away; the journal is read back when somebody asks, or at `settle`: a start must not wait for it. */
  forget(connection: Connection, now: Moment): void {
    this.#unread = { connection, now };
  }

  /** Reads what is still unread. @throws SqliteError where a page cannot be read */
  settle(): void {
    if (!this.#unread) return;
    const { connection, now } = this.#unread;
    this.#unread = undefined;
    this.#rebuild(connection, now);
  }

  /** Reads back from the end to the beginning of the presence day of `now`; the last passage of each person counts. */
  #rebuild(connection: Connection, now: Moment): void {
    this.#passages.clear();
    this.#inside = 0;
    this.#day = this.#dayOf(now);
    // The calendar days that have a part in this presence day: its own, and the next one's small hours.
    const days = [now.day, now.dayBefore].filter((day) => day >= this.#day);
    const rows = connection
      .prepare<[number], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence DESC LIMIT ?')
      .iterate(MOST_ROWS);
    let others = 0;
    for (const { body } of rows) {
      // The time is the fifth key of our own serialisation; parsing the other days' rows whole would cost a slow start.
      const day = days.find((candidate) => body.includes(`"time":"${candidate}T`));
      const counts = day !== undefined && this.#noteStored(body, day);
      others = counts ? 0 : others + 1;
      if (others > MOST_ROWS_OF_OTHER_DAYS) break;
    }
  }

  /** False for an event of another presence day. */
  #noteStored(body: Buffer, day: string): boolean {
    const { type, time, data } = JSON.parse(body.toString()) as StoredScan;
    const dayBefore = new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
    if (this.#dayOf({ text: time, day, dayBefore }) !== this.#day) return false;
    const person = data.credential?.person ?? data.credential?.ref;
    if (type !== 'gate.scan.v1' || person === undefined || this.#passages.has(person)) return true;
    const instant = { wallMs: Date.parse(time), monotonicMs: data.clock?.monotonicMs ?? 0 };
    this.#note(this.#day, data, { instant, boot: data.clock?.boot ?? '' });
    return true;
  }

  #note(day: string, { verdict, direction, credential }: StoredScan['data'], when: Pick<Passage, 'instant' | 'boot'>): void {
    const person = credential?.person ?? credential?.ref;
    if (verdict !== 'granted' || person === undefined || direction === undefined) return;
    if (day !== this.#day) {
      this.#passages.clear();
      this.#inside = 0;
      this.#day = day;
    }
    const before = this.#passages.get(person)?.direction;
    this.#passages.set(person, { direction, ...when });
    this.#inside += Number(direction === 'in') - Number(before === 'in');
  }
}

const DAY_MS = 86_400_000;
