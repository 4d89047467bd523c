// What the journal's file keeps of the centre's commands: the counters they used up, and what was ordered to last. Guarantees: both
// change in the transaction that records the command, and outlive a file that is set aside, as far as it can still be read.

import type { EventContent, Spent } from '../admission/event.ts';
import { NORMAL, type Standing } from '../admission/standing.ts';
import { type Connection, openForReading } from './database.ts';

interface Kept {
  readonly counters: ReadonlyMap<string, number>;
  readonly standing: Standing;
}

const NOTHING: Kept = { counters: new Map(), standing: NORMAL };

export class Orders {
  /** Undefined: no file was read yet. */
  #known: Kept | undefined;
  #write: ((kept: Partial<Kept>) => void) | undefined;

  /** What was ordered to last, as far as it is on disk. */
  get standing(): Standing {
    return this.#known?.standing ?? NORMAL;
  }

  lastCounter(kid: string): number | undefined {
    return this.#known?.counters.get(kid);
  }

  /** Turns to an opened file. A new one, or an older copy that was put back, takes over what was known. @throws SqliteError */
  attach(connection: Connection): void {
    this.#write = writerOf(connection);
    const found = read(connection);
    const known = this.#known ? merged(this.#known, found) : found;
    if (!isSame(known, found)) connection.transaction(() => this.#write?.(known))();
    this.#known = known;
  }

  /** What a file that can't be used still gives away, before it is set aside. */
  salvage(file: string): void {
    if (this.#known) return;
    try {
      const connection = openForReading(file);
      try {
        this.#known = read(connection);
      } finally {
        connection.close();
      }
    } catch {
      // Nothing is known then: commands that were used can come again until they expire.
    }
  }

  /** Within the transaction that records it. */
  write({ spends, stands }: Pick<EventContent, 'spends' | 'stands'>): void {
    if (spends === undefined && stands === undefined) return;
    this.#write?.({ ...(spends && { counters: counterOf(spends) }), ...(stands && { standing: stands }) });
  }

  /** After the commit. */
  note({ spends, stands }: Pick<EventContent, 'spends' | 'stands'>): void {
    if (!spends && !stands) return;
    const { counters, standing } = this.#known ?? NOTHING;
    this.#known = { counters: new Map([...counters, ...(spends ? counterOf(spends) : [])]), standing: stands ?? standing };
  }
}

const counterOf = ({ kid, counter }: Spent): ReadonlyMap<string, number> => new Map([[kid, counter]]);

function merged(known: Kept, found: Kept): Kept {
  const counters = new Map(found.counters);
  for (const [kid, counter] of known.counters) counters.set(kid, Math.max(counter, counters.get(kid) ?? 0));
  return { counters, standing: known.standing };
}

function isSame(one: Kept, other: Kept): boolean {
  const { locked, maintenance } = other.standing;
  if (one.standing.locked !== locked || one.standing.maintenance !== maintenance) return false;
  return one.counters.size === other.counters.size && [...one.counters].every(([kid, at]) => other.counters.get(kid) === at);
}

function read(connection: Connection): Kept {
  const counters = connection.prepare<[], [string, number]>('SELECT kid, counter FROM command').raw().all();
  return { counters: new Map(counters), standing: readStanding(connection) };
}

/** @throws SqliteError */
export function readStanding(connection: Connection): Standing {
  const row = connection.prepare<[], { locked: number; maintenance: number }>('SELECT locked, maintenance FROM chain').get();
  return { locked: row?.locked === 1, maintenance: row?.maintenance === 1 };
}

function writerOf(connection: Connection): (kept: Partial<Kept>) => void {
  const spend = connection.prepare<[string, number]>(
    'INSERT INTO command (kid, counter) VALUES (?, ?) ON CONFLICT (kid) DO UPDATE SET counter = max(counter, excluded.counter)',
  );
  const stand = connection.prepare<[number, number]>('UPDATE chain SET locked = ?, maintenance = ?');
  return ({ counters = NOTHING.counters, standing }) => {
    for (const [kid, counter] of counters) spend.run(kid, counter);
    if (standing) stand.run(Number(standing.locked), Number(standing.maintenance));
  };
}
