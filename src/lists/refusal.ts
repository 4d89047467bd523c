// Why a signed list was not taken over: the closed list of reasons, in the order in which they are looked for.

/**
 * `malformed`: no compact JWS, or no list inside it. `unsigned`: plain JSON, `alg: none` or no signature. `not-yet-issued`:
 * issued more than a day in the future of this reader's clock. `stored-failed`: sound, but this disk did not take it.
 */
export type RefusalReason =
  | 'too-large'
  | 'malformed'
  | 'unsigned'
  | 'wrong-algorithm'
  | 'unknown-issuer'
  | 'bad-signature'
  | 'wrong-list'
  | 'wrong-site'
  | 'not-newer'
  | 'expired'
  | 'not-yet-issued'
  | 'bad-entry'
  | 'stored-failed';

/** What is known of a refused list; everything but the reason only once its signature was found good. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly version?: number;
  readonly issuedMs?: number;
  readonly expiresMs?: number;
  /** Of `bad-entry`: the first bad entry, from 0. */
  readonly index?: number;
  /** For the log; never a value from the list. */
  readonly detail?: string;
}

/** The reason as `gate.list.v1` and the log carry it: `bad-entry` says which. */
export const reasonText = ({ reason, index }: Pick<Refusal, 'reason' | 'index'>): string =>
  index === undefined ? reason : `${reason}:${index}`;
