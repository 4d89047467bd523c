// What the reader decided about one code: the closed union of verdicts and reasons. The wording of a reason is the
// locale key `reason.<reason>`.

import type { Warning } from './credentials/credential.ts';
import type { Direction } from './ports.ts';

/** Reasons that let somebody pass. */
export type GrantReason = 'ok' | 'recorded';

/** Reasons that do not. */
export type DenyReason =
  | 'kind-refused'
  | 'malformed'
  | 'truncated'
  | 'unrecognised'
  | 'unknown-issuer'
  | 'bad-signature'
  | 'expired'
  | 'not-yet-valid'
  | 'revoked'
  | 'already-used'
  | 'wrong-gate'
  | 'not-on-roster'
  | 'blocked'
  | 'outside-hours'
  | 'passback'
  | 'list-too-old'
  | 'clock-untrusted';

/** Which of the causes of `blocked` it was; the wording is the locale key `detail.<detail>`. */
export type Detail = 'hold' | 'escort' | 'capacity' | 'clearance' | 'locked' | 'maintenance';

/** Reasons only feedback knows: nothing is recorded under them. */
export type UnrecordedReason = 'repeat' | 'journal-failed';

export type Reason = GrantReason | DenyReason | UnrecordedReason;

export interface Granted {
  readonly verdict: 'granted';
  readonly reason: GrantReason;
  readonly direction: Direction;
  readonly warnings: readonly Warning[];
}

export interface Denied {
  readonly verdict: 'denied';
  readonly reason: DenyReason;
  readonly detail?: Detail;
  /** The issuer's message to the guard about a hold. */
  readonly message?: string;
  /** The scanner's fixed direction; absent where it looks both ways. */
  readonly direction?: Direction;
}

export type Verdict = Granted | Denied;
