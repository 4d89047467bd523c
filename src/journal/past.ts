// What a judge asks of the past inside the transaction: presence from memory, used credentials and trusted time from the file.

import type { EventContent } from '../admission/event.ts';
import type { Past } from '../admission/ports.ts';
import type { ChainRow } from './chain.ts';
import type { Connection } from './database.ts';
import type { Presence } from './presence.ts';

export interface RecordedPast extends Past {
  /** Marks a once-only credential as used, or as unused again; inside the transaction that records why. */
  note(content: Pick<EventContent, 'consumes' | 'releases'>): void;
  /** A wall time that was written while the clock was trusted. */
  trust(wallMs: number): void;
  /** Forgets used credentials that have expired; `nowSeconds` since 1970, by a trusted clock. */
  forget(nowSeconds: number): void;
}

export function recordedPast(connection: Connection, presence: Presence, chain: ChainRow): RecordedPast {
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
    note: ({ consumes, releases }) => {
      if (consumes) use.run(consumes.ref, Math.min(consumes.expires, Number.MAX_SAFE_INTEGER));
      if (releases !== undefined) release.run(releases);
    },
    trust: (wallMs) => {
      trustedMs = Math.max(trustedMs, Math.floor(wallMs));
      trust.run(trustedMs);
    },
    forget: (nowSeconds) => void forget.run(nowSeconds),
  };
}
