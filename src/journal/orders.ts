// What the journal's file keeps of the centre's commands: the counters they used up, and what was ordered to last. Guarantees: both
// change in the transaction that records the command, and outlive a file that is set aside, by a second copy where it can't be read.

import type { EventContent, Spent } from '../admission/event.ts';
import { NORMAL, type Standing } from '../admission/standing.ts';
import { type Connection, openForReading } from './database.ts';
import { type Kept, OrdersCopy } from './orders-copy.ts';

/** What a file says; one in which nothing was ever recorded says nothing of a standing. */
interface Found {
  readonly counters: Kept['counters'];
  readonly standing: Standing | undefined;
}

const NOTHING: Kept = { counters: new Map(), standing: NORMAL };

export class Orders {
  readonly #copy: OrdersCopy;
  /** What the copy holds, as far as it was read or written. */
  #copied: Kept | undefined;
  /** Undefined: no file was read yet. */
  #known: Kept | undefined;
  #write: ((kept: Partial<Kept>) => void) | undefined;

  /** `folder`: where the copy is kept. */
  constructor(folder: string) {
    this.#copy = new OrdersCopy(folder);
  }

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
    const known = this.#known ? merged(found, this.#known) : this.#withCopy(found);
    if (!isSame(known, found)) connection.transaction(() => this.#write?.(known))();
    this.#know(known);
  }

  /** What a file that can't be used still gives away, before it is set aside. */
  salvage(file: string): void {
    if (this.#known) return;
    let found: Found | undefined;
    try {
      const connection = openForReading(file);
      try {
        found = read(connection);
      } finally {
        connection.close();
      }
    } catch {
      // The copy says it then.
    }
    this.#known = this.#withCopy(found ?? { ...NOTHING, standing: undefined });
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
    this.#know({ counters: new Map([...counters, ...(spends ? counterOf(spends) : [])]), standing: stands ?? standing });
  }

  /** The copy may be behind by a crash: of a counter the higher counts, and the journal's word of the standing. */
  #withCopy(found: Found): Kept {
    this.#copied = this.#copy.read();
    const copied = this.#copied ?? NOTHING;
    return merged(found, { counters: copied.counters, standing: found.standing ?? copied.standing });
  }

  /** A copy that could not be written is tried again with the next command and at the next opening. */
  #know(known: Kept): void {
    this.#known = known;
    if (isSame(known, this.#copied ?? NOTHING)) return;
    if (this.#copy.write(known)) this.#copied = known;
  }
}

const counterOf = ({ kid, counter }: Spent): ReadonlyMap<string, number> => new Map([[kid, counter]]);

function merged(found: Found, known: Kept): Kept {
  const counters = new Map(found.counters);
  for (const [kid, counter] of known.counters) counters.set(kid, Math.max(counter, counters.get(kid) ?? 0));
  return { counters, standing: known.standing };
}

function isSame(one: Kept, other: Found): boolean {
  const { locked, maintenance } = other.standing ?? NORMAL;
  if (one.standing.locked !== locked || one.standing.maintenance !== maintenance) return false;
  return one.counters.size === other.counters.size && [...one.counters].every(([kid, at]) => other.counters.get(kid) === at);
}

function read(connection: Connection): Found {
  const counters = new Map(connection.prepare<[], [string, number]>('SELECT kid, counter FROM command').raw().all());
  const row = connection
    .prepare<[], { locked: number; maintenance: number; used: number }>(
      'SELECT locked, maintenance, pruned_sequence > 0 OR EXISTS (SELECT 1 FROM event) AS used FROM chain',
    )
    .get();
  return { counters, standing: row?.used === 1 ? { locked: row.locked === 1, maintenance: row.maintenance === 1 } : undefined };
}

/** @throws SqliteError */
export function readStanding(connection: Connection): Standing {
  return read(connection).standing ?? NORMAL;
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
