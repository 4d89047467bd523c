// What the reader decided about one code: the closed union of verdicts and reasons. The wording of a reason is the
// locale key `reason.<reason>`.

import type { Warning } from './credentials/credential.ts';
import type { Direction } from './ports.ts';

/** Reasons that let somebody pass. */
export type GrantReason = 'ok' | 'recorded';

/** Reasons that do not, as far as this version can give them; the contract's list is longer and closed. */
export type DenyReason = 'kind-refused' | 'malformed' | 'truncated' | 'unrecognised' | 'not-on-roster';

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
  /** The scanner's fixed direction; absent where it looks both ways. */
  readonly direction?: Direction;
}

export type Verdict = Granted | Denied;
