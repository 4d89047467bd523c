// Who passed which way since the night reset, read back from the journal beside a running daemon: what `inside` and
// `roster find` tell. Knows what this reader saw and nothing else.

import type { Holder } from '../admission/credentials/credential.ts';
import type { EventContent } from '../admission/event.ts';
import { presenceDay } from '../admission/policy/presence-day.ts';
import type { Direction, Moment } from '../admission/ports.ts';
import type { StoredEvent } from '../journal/chain.ts';
import type { JournalReader } from '../journal/reader.ts';

const DAY_MS = 86_400_000;

/** A clock that was wrong for a while leaves rows of another day between today's: this many end the search. */
const MOST_ROWS_OF_OTHER_DAYS = 2_000;

/** A person's last granted passage. */
export interface PassageToday {
  /** The roster's key of the person, or the ref. */
  readonly person: string;
  readonly direction: Direction;
  /** RFC 3339, as the event has it. */
  readonly time: string;
  readonly holder: Holder;
  readonly label: string;
}

export interface Today {
  /** The presence day, `YYYY-MM-DD`. */
  readonly day: string;
  /** By person, the newest first. */
  readonly passages: ReadonlyMap<string, PassageToday>;
  /** The newest event of any kind and day; absent: the journal is empty. */
  readonly newest?: { readonly time: string; readonly source: string };
}

type Stored = EventContent & Readonly<Record<'time' | 'source' | 'epoch' | 'sequence', string>>;

/**
 * A passage that the turn sensor annulled is none: read from the end, that comes before its scan.
 *
 * @throws SqliteError where the journal cannot be read; SyntaxError where an event is damaged
 */
export function readToday({ connection }: JournalReader, now: Moment, exitAllAt: string): Today {
  const day = presenceDay(now, exitAllAt);
  const passages = new Map<string, PassageToday>();
  const annulled = new Set<string>();
  let [newest, others]: [Today['newest'], number] = [undefined, 0];
  const rows = connection.prepare<[], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence DESC').iterate();
  for (const { body } of rows) {
    const event = JSON.parse(body.toString()) as Stored;
    if (event.type === 'gate.passage.v1' && event.data.outcome === 'annulled' && event.data.scan?.epoch === event.epoch) {
      annulled.add(event.data.scan.sequence);
    }
    newest ??= { time: event.time, source: event.source };
    others = dayOf(event.time, exitAllAt) === day ? 0 : others + 1;
    if (others > MOST_ROWS_OF_OTHER_DAYS) break;
    const passage = others === 0 && !annulled.has(event.sequence) ? passageOf(event) : undefined;
    if (passage && !passages.has(passage.person)) passages.set(passage.person, passage);
  }
  return { day, passages, ...(newest === undefined ? {} : { newest }) };
}

function dayOf(time: string, exitAllAt: string): string {
  const day = time.slice(0, 10);
  const dayBefore = new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
  return presenceDay({ text: time, day, dayBefore }, exitAllAt);
}

function passageOf(event: Stored): PassageToday | undefined {
  if (event.type !== 'gate.scan.v1' || event.data.verdict !== 'granted') return undefined;
  const { direction, credential } = event.data;
  const person = credential.person ?? credential.ref;
  if (person === undefined || direction === undefined) return undefined;
  return { person, direction, time: event.time, holder: credential.holder ?? 'unlisted', label: credential.label ?? '-' };
}
