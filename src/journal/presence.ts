// Who went which way today: a projection of the journal in memory, rebuilt at start, so that judging needs no index. A passage
// that a turn sensor annulled counts as if it had never been granted, running and after a rebuild.

import { type EventContent, type PassageData, type ScanData, sequenceText } from '../admission/event.ts';
import type { Moment, Passage } from '../admission/ports.ts';
import type { StoredEvent } from './chain.ts';
import type { Connection } from './database.ts';

/** A school day is some thousand scans; the bound keeps a start fast whatever the journal holds. */
const MOST_ROWS = 100_000;
/** A clock that was wrong for a while leaves rows of another day between today's: this many end the search. */
const MOST_ROWS_OF_OTHER_DAYS = 2_000;

/**
 * One person every two seconds for sixteen hours is 28,800: more come only where codes are made up, and cost no more memory (about
 * 400 bytes each). Whoever passed longest ago is forgotten then, as one who was not here today.
 */
const MOST_PEOPLE = 30_000;

/** How a presence day is told from a moment; policy/presence-day.ts with the site's `exitAllAt`. */
export type DayOf = (moment: Pick<Moment, 'text' | 'day' | 'dayBefore'>) => string;

/** What an event of the past says, as far as presence needs it. */
interface Stored {
  readonly type: string;
  readonly time: string;
  readonly epoch: string;
  readonly data: ScanFacts & Partial<Pick<PassageData, 'outcome' | 'scan'>>;
}

type ScanFacts = Partial<Pick<ScanData, 'verdict' | 'direction' | 'credential' | 'clock'>>;

/** Where a committed event is. */
interface EventPlace {
  readonly epoch: string;
  readonly sequence: number;
}

/** A passage that may still be annulled, and what was there before it. */
interface Recent {
  readonly sequence: number;
  readonly person: string;
  before: Passage | undefined;
}

/** More than can be awaited at a turn sensor; what is annulled later is read back from the journal. */
const MOST_RECENT = 256;

export class Presence {
  readonly #dayOf: DayOf;
  readonly #mostPeople: number;
  #day = '';
  #inside = 0;
  /** The one who passed last is the last. */
  #passages = new Map<string, Passage>();
  /** In order of recording, all of this presence day. */
  #recent: Recent[] = [];
  #connection: Connection | undefined;
  /** At the moment of the next reading back. */
  #unread: Moment | undefined;

  constructor(dayOf: DayOf, mostPeople = MOST_PEOPLE) {
    this.#dayOf = dayOf;
    this.#mostPeople = mostPeople;
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
  note(content: EventContent, place: EventPlace): void {
    const { moment } = content;
    if (content.type !== 'gate.scan.v1' && content.type !== 'gate.passage.v1') return;
    if (this.#unread) {
      // Reading back for the event's own day meets the event itself.
      this.#unread = moment;
      return this.settle();
    }
    if (content.type === 'gate.passage.v1') {
      const { outcome, scan } = content.data;
      return outcome === 'annulled' && scan?.epoch === place.epoch ? this.#annul(scan.sequence, moment) : undefined;
    }
    const { wallMs, monotonicMs, boot } = moment;
    const day = this.#dayOf(moment);
    if (day !== this.#day) this.#begin(day);
    const noted = this.#note(content.data, { instant: { wallMs, monotonicMs }, boot });
    if (noted) this.#recent = [...this.#recent.slice(1 - MOST_RECENT), { sequence: place.sequence, ...noted }];
  }

  /** What is known is thrown away; the journal is read back when somebody asks, or at `settle`: a start must not wait for it. */
  forget(connection: Connection, now: Moment): void {
    this.#connection = connection;
    this.#unread = now;
  }

  /** Reads what is still unread. @throws SqliteError where a page cannot be read */
  settle(): void {
    const [connection, now] = [this.#connection, this.#unread];
    this.#unread = undefined;
    if (connection && now) this.#rebuild(connection, now);
  }

  /** Reads back from the end to the beginning of the presence day of `now`; the last passage of each person counts. */
  #rebuild(connection: Connection, now: Moment): void {
    this.#begin(this.#dayOf(now));
    // The calendar days that have a part in this presence day: its own, and the next one's small hours.
    const days = [now.day, now.dayBefore].filter((day) => day >= this.#day);
    const rows = connection
      .prepare<[number], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence DESC LIMIT ?')
      .iterate(MOST_ROWS);
    /** Read from the end, an annulment comes before its scan. */
    const annulled = new Set<string>();
    let others = 0;
    for (const { sequence, body } of rows) {
      // The time is the fifth key of our own serialisation; parsing the other days' rows whole would cost a slow start.
      const day = days.find((candidate) => body.includes(`"time":"${candidate}T`));
      const counts = this.#noteStored({ sequence, body }, day, annulled);
      others = counts ? 0 : others + 1;
      if (others > MOST_ROWS_OF_OTHER_DAYS || this.#passages.size === this.#mostPeople) break;
    }
    this.#passages = new Map([...this.#passages].reverse());
  }

  /** False for an event of another presence day; what it annuls may still be of this one, where the clock jumped between. */
  #noteStored({ sequence, body }: StoredEvent, day: string | undefined, annulled: Set<string>): boolean {
    if (day === undefined && !body.includes(ANNULLED)) return false;
    const stored = readStored(body);
    // A damaged row is for the chain to tell of. Here it counts as nobody's: thrown, it would turn everybody away.
    if (stored === undefined) return day !== undefined;
    const { type, time, epoch, data } = stored;
    if (data.outcome === 'annulled' && data.scan?.epoch === epoch) annulled.add(data.scan.sequence);
    if (day === undefined) return false;
    const dayBefore = new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
    if (this.#dayOf({ text: time, day, dayBefore }) !== this.#day) return false;
    const person = personOf(data);
    if (type !== 'gate.scan.v1' || person === undefined || this.#passages.has(person)) return true;
    if (annulled.size > 0 && annulled.has(sequenceText(sequence))) return true;
    const instant = { wallMs: Date.parse(time), monotonicMs: data.clock?.monotonicMs ?? 0 };
    this.#note(data, { instant, boot: data.clock?.boot ?? '' });
    return true;
  }

  #begin(day: string): void {
    this.#passages.clear();
    this.#recent = [];
    this.#inside = 0;
    this.#day = day;
  }

  /** Whose passage it is and what was there before; undefined: it is nobody's. */
  #note(data: ScanFacts, when: Pick<Passage, 'instant' | 'boot'>): Pick<Recent, 'person' | 'before'> | undefined {
    const { verdict, direction } = data;
    const person = personOf(data);
    if (verdict !== 'granted' || person === undefined || direction === undefined) return undefined;
    const before = this.#passages.get(person);
    this.#set(person, { direction, ...when });
    return { person, before };
  }

  #set(person: string, passage: Passage | undefined): void {
    const before = this.#passages.get(person);
    this.#passages.delete(person);
    if (passage) this.#passages.set(person, passage);
    this.#inside += Number(passage?.direction === 'in') - Number(before?.direction === 'in');
    const [longest] = this.#passages.size > this.#mostPeople ? this.#passages.keys() : [];
    if (longest !== undefined) this.#set(longest, undefined);
  }

  /** Takes a passage out of the holder's row of them: what was before it stands again, or before the holder's next one. */
  #annul(sequence: string, now: Moment): void {
    const gone = this.#recent.find((recent) => sequenceText(recent.sequence) === sequence);
    if (!gone) {
      this.#unread = now;
      return;
    }
    const next = this.#recent.find((recent) => recent.person === gone.person && recent.sequence > gone.sequence);
    if (next) next.before = gone.before;
    else this.#set(gone.person, gone.before);
    this.#recent = this.#recent.filter((recent) => recent !== gone);
  }
}

function readStored(body: Buffer): Stored | undefined {
  try {
    return JSON.parse(body.toString()) as Stored;
  } catch {
    return undefined;
  }
}

const personOf = ({ credential }: ScanFacts): string | undefined => credential?.person ?? credential?.ref;

const ANNULLED = '"outcome":"annulled"';

const DAY_MS = 86_400_000;
