// What a judge asks of the past inside the transaction: presence from memory, used credentials and trusted time from the file.

import type { EventContent } from '../admission/event.ts';
import type { Past } from '../admission/ports.ts';
import type { ChainRow } from './chain.ts';
import type { Connection } from './database.ts';
import type { Orders } from './orders.ts';
import type { Presence } from './presence.ts';

export interface RecordedPast extends Past {
  /** Keeps what is recorded beside an event; inside the transaction that records it. */
  note(content: Pick<EventContent, 'consumes' | 'releases' | 'spends' | 'stands'>): void;
  /** A wall time that was written while the clock was trusted. */
  trust(wallMs: number): void;
  /** Forgets used credentials that have expired; `nowSeconds` since 1970, by a trusted clock. */
  forget(nowSeconds: number): void;
}

/** Longer than the minute after its end in which a credential is still accepted: what was used up stays so for all of it. */
const SKEW_SECONDS = 600;

interface Known {
  readonly presence: Presence;
  readonly orders: Orders;
}

export function recordedPast(connection: Connection, { presence, orders }: Known, chain: ChainRow): RecordedPast {
  const used = connection.prepare<[string], number>('SELECT 1 FROM used WHERE ref = ?').pluck();
  const use = connection.prepare<[string, number]>('INSERT OR IGNORE INTO used (ref, expires) VALUES (?, ?)');
  const release = connection.prepare<[string]>('DELETE FROM used WHERE ref = ?');
  const forget = connection.prepare<[number]>('DELETE FROM used WHERE expires < ?');
  const trust = connection.prepare<[number]>('UPDATE chain SET trusted_ms = ?');
  let trustedMs = chain.trustedMs;
  return {
    lastPassage: (person, day) => presence.lastPassage(person, day),
    inside: (day) => presence.inside(day),
    isUsed: (ref) => used.get(ref) !== undefined,
    get trustedMs() {
      return trustedMs;
    },
    note: (content) => {
      const { consumes, releases } = content;
      if (consumes) use.run(consumes.ref, Math.min(consumes.expires, Number.MAX_SAFE_INTEGER));
      if (releases !== undefined) release.run(releases);
      orders.write(content);
    },
    trust: (wallMs) => {
      trustedMs = Math.max(trustedMs, Math.floor(wallMs));
      trust.run(trustedMs);
    },
    forget: (nowSeconds) => void forget.run(nowSeconds - SKEW_SECONDS),
  };
}
