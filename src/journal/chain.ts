// The hash chain: how an event's hash is made, and where a journal's chain ends.

import { createHash } from 'node:crypto';

import { uuidv7 } from 'uuidv7';

import type { Connection } from './database.ts';

/** base64url SHA-256 of an event's bytes: the next event's `prevhash`. */
export const hashOf = (body: Uint8Array | string): string => createHash('sha256').update(body).digest('base64url');

export interface ChainRow {
  readonly epoch: string;
  readonly prunedSequence: number;
  readonly prunedHash: string;
  readonly sealedSequence: number;
  readonly trustedMs: number;
}

/** Where the next event is attached. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

interface StoredChain {
  readonly epoch: string;
  readonly pruned_sequence: number;
  readonly pruned_hash: string;
  readonly sealed_sequence: number;
  readonly trusted_ms: number;
}

export interface StoredEvent {
  readonly sequence: number;
  readonly body: Buffer;
}

export function readChain(connection: Connection): ChainRow | undefined {
  const row = connection.prepare<[], StoredChain>('SELECT * FROM chain').get();
  return (
    row && {
      epoch: row.epoch,
      prunedSequence: row.pruned_sequence,
      prunedHash: row.pruned_hash,
      sealedSequence: row.sealed_sequence,
      trustedMs: row.trusted_ms,
    }
  );
}

/** The chain's row; a file without one is new and gets its epoch here. */
export function chainOf(connection: Connection): ChainRow {
  const found = readChain(connection);
  if (found) return found;
  connection
    .prepare("INSERT INTO chain (epoch, pruned_sequence, pruned_hash, sealed_sequence) VALUES (?, 0, '', 0)")
    .run(uuidv7());
  return chainOf(connection);
}

/** The last event, or where retention left off when no row is there. */
export function headOf(connection: Connection, chain: ChainRow): Head {
  const last = connection.prepare<[], StoredEvent>('SELECT sequence, body FROM event ORDER BY sequence DESC LIMIT 1').get();
  return last ? { sequence: last.sequence, hash: hashOf(last.body) } : { sequence: chain.prunedSequence, hash: chain.prunedHash };
}
