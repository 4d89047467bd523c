// What a judge asks of the past inside the transaction: presence from memory, used credentials and trusted time from the file.

import type { Consumed } from '../admission/event.ts';
import type { Past } from '../admission/ports.ts';
import type { ChainRow } from './chain.ts';
import type { Connection } from './database.ts';
import type { Presence } from './presence.ts';

export interface RecordedPast extends Past {
  /** Marks a once-only credential as used; inside the transaction that records its use. */
  use(consumed: Consumed): void;
  /** A wall time that was written while the clock was trusted. */
  trust(wallMs: number): void;
  /** Forgets used credentials that have expired; `nowSeconds` since 1970, by a trusted clock. */
  forget(nowSeconds: number): void;
}

export function recordedPast(connection: Connection, presence: Presence, chain: ChainRow): RecordedPast {
  const used = connection.prepare<[string], number>('SELECT 1 FROM used WHERE ref = ?').pluck();
  const use = connection.prepare<[string, number]>('INSERT OR IGNORE INTO used (ref, expires) VALUES (?, ?)');
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
    use: ({ ref, expires }) => void use.run(ref, Math.min(expires, Number.MAX_SAFE_INTEGER)),
    trust: (wallMs) => {
      trustedMs = Math.max(trustedMs, Math.floor(wallMs));
      trust.run(trustedMs);
    },
    forget: (nowSeconds) => void forget.run(nowSeconds),
  };
}
