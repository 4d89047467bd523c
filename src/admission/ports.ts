// What the lane asks of the world: the ports every adapter implements. A contract here states behaviour, not only shape;
// the fakes in test/fakes refuse what the real parts refuse.

import type { EventContent } from './event.ts';
import type { Feedback } from './feedback.ts';

/** Which way somebody passes. */
export type Direction = 'in' | 'out';

/** Where a scanner looks: one fixed way, or `both`, where the holder's last passage decides. */
export type LaneDirection = Direction | 'both';

/** The two clocks read at one moment: wall time for the record, monotonic time for what has elapsed. Never mixed. */
export interface Instant {
  /** Milliseconds since 1970-01-01T00:00:00Z by the system clock; may jump. */
  readonly wallMs: number;
  /** Milliseconds since the machine started; never jumps, means nothing after a reboot. */
  readonly monotonicMs: number;
}

/** Whether the kernel says that the wall clock is disciplined (adjtimex without STA_UNSYNC). */
export type ClockState = 'synchronised' | 'unsynchronised';

/** An instant with all that an event says of it. */
export interface Moment extends Instant {
  /** RFC 3339 with milliseconds and the site's offset, e.g. `2026-11-21T06:45:03.127+07:00`. */
  readonly text: string;
  /** The site's calendar day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly state: ClockState;
  /** The kernel's boot id; with `monotonicMs` it orders events although the wall clock jumped. */
  readonly boot: string;
}

export interface Clock {
  /** Reads both clocks; cheap enough to be called for every scan. */
  read(): Instant;
  /** Adds the site's local time and the clock's trust to an instant of this boot. */
  describe(instant: Instant): Moment;
}

/** One code as a scanner delivered it, without the scanner's own prefix, suffix and AIM identifier. */
export interface Scan {
  /** The code's bytes, at most 4,096; empty when `fault` says that they were dropped. */
  readonly bytes: Uint8Array;
  /** The scanner's id from the configuration. */
  readonly scanner: string;
  /** When its last byte arrived. */
  readonly instant: Instant;
  /** AIM identifier's two characters (`Q1`) where the scanner sends it. */
  readonly symbology?: string;
  /** `overlong`: more than 4,096 bytes came without a suffix; the bytes are gone. */
  readonly fault?: 'overlong';
}

export interface Scanner {
  readonly id: string;
  readonly direction: LaneDirection;
  /**
   * Yields codes in the order read, until `signal` aborts or, for a source with an end (a file, standard input), until
   * that end. A device that goes away is not an end: it is reported as a fault, reopened with back-off, for ever. Aborting
   * settles a pending read at once, closes the device and never throws. Reads ahead by at most one device buffer.
   */
  scans(signal: AbortSignal): AsyncIterable<Scan>;
}

/** What judging may ask of the journal's past, read inside the transaction that will record the verdict. */
export interface Past {
  /** The holder's last passage on the site's calendar day `day` (`YYYY-MM-DD`), by the journal of this reader. */
  lastPassage(ref: string, day: string): Direction | undefined;
}

export type Recorded =
  | { readonly ok: true; readonly sequence: number }
  | {
      readonly ok: false;
      /** What went wrong, for the log and the state; never personal data. */
      readonly message: string;
    };

export interface Journal {
  /**
   * Runs `compose` inside one IMMEDIATE transaction and appends what it returns. `ok: true` means: on disk, flushed.
   * `ok: false` means: nothing was recorded; every later call tries again by itself.
   */
  record(compose: (past: Past) => EventContent): Recorded;
}

export interface Indicator {
  /** Starts to show and returns at once; pre-empts what is being shown; never throws. */
  show(feedback: Feedback): void;
  /** The lasting signal under the feedback: `ready`, or a fault a guard must notice. */
  rest(condition: 'ready' | 'fault'): void;
  /** Leaves every output in its safe state. */
  close(): Promise<void>;
}

/** Keyed one-way functions over what was presented; the key never leaves the adapter. */
export interface Pseudonyms {
  /** The person's `ref`: 26 characters of base32 of HMAC-SHA256(siteKey, kind 0x00 identifier). */
  ref(kind: string, identifier: string | Uint8Array): string;
  /** A fingerprint of a code's bytes for the repeat window, by a key that lives in memory only. */
  fingerprint(bytes: Uint8Array): string;
}

/** A part that is not working, as `state`, `health` and `gate.fault.v1` tell it. */
export interface Fault {
  /** `scanner:main`, `journal`, `indicator`, `uplink`, `disk` ... */
  readonly part: string;
  /** What happened and what to do about it; never personal data. */
  readonly message: string;
}

/** How an adapter says that a part was lost (a message) or regained (`undefined`); called on changes only. */
export type FaultReport = (part: string, message: string | undefined) => void;
