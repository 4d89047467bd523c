// An opening of the gate and what is asked of the entrance that it opens: why, which way, and what has to be taken back when
// nobody goes through.

import type { Feedback } from './feedback.ts';
import type { Direction } from './ports.ts';
import type { Suspension } from './standing.ts';

/** Why the gate opens: a granted scan, the button inside, the centre's order, a guard's. */
export type Cause = 'grant' | 'exit-request' | 'command' | 'override';

/** The recorded scan that an opening answers. */
export interface OpeningScan {
  /** Its event's key, with the reader's source. */
  readonly epoch: string;
  readonly sequence: number;
  /** The ref of the once-only credential that it used up. */
  readonly consumed: string | undefined;
  /** What the same code is known by; absent where it can't be compared. */
  readonly fingerprint: string | undefined;
}

export interface Opening {
  readonly cause: Cause;
  /** Absent: whoever goes through may go either way. */
  readonly direction?: Direction;
  /** When the gate opens, monotonic milliseconds: on a slow disk long after a code was read. */
  readonly atMs: number;
  /** How long the gate is held open; absent: as configured. */
  readonly pulseMs?: number;
  /** Absent for other causes than a grant, and for a grant that could not be recorded. */
  readonly scan?: OpeningScan;
  /** What was answered to it. */
  readonly answer?: Feedback;
}

/** The opening of an answer that opens, at this moment. */
export function openingOf(answer: Feedback, atMs: number, scan: OpeningScan | undefined): Opening {
  const { direction } = answer;
  return { cause: 'grant', ...(direction ? { direction } : {}), atMs, ...(scan ? { scan } : {}), answer };
}

/** The gate itself, as the lane of a scan sees it. */
export interface Entrance {
  /** Why scans let nobody through now; undefined: they do. Asked anew for each judgement. */
  readonly suspended?: Suspension | undefined;
  /** The way that a button asked for, for a scan at this time by a scanner that looks both ways. Asking does not use it up. */
  wantedWay(monotonicMs: number): Direction | undefined;
  /** Somebody was let through the way that a button asked for: it counts for nobody else. */
  wayTaken(): void;
  /** What was answered to this code, while its holder is awaited at the turn sensor: until then it opens nothing again. */
  awaited(fingerprint: string): Feedback | undefined;
  /** The gate is about to open; to be told before it does, and of every opening. */
  opened(opening: Opening): void;
}
