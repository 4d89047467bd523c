// What the lane asks of the world: the ports every adapter implements. A contract here states behaviour, not only shape;
// the fakes in test/fakes refuse what the real parts refuse.

import type { EventContent } from './event.ts';
import type { Feedback } from './feedback.ts';
import type { Notice } from './notice.ts';

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
  /** The site's calendar day, `YYYY-MM-DD`, the day before it, and its ISO weekday (1 = Monday). */
  readonly day: string;
  readonly dayBefore: string;
  readonly weekday: number;
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
  /** The scanner cannot carry letters beyond ASCII (a keyboard scanner): they may be missing; ASCII is certain. */
  readonly lossy?: true;
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

/** A person's last granted passage on a presence day, by the journal of this reader. */
export interface Passage {
  readonly direction: Direction;
  readonly instant: Instant;
  readonly boot: string;
}

/** What judging may ask of the journal's past, read inside the transaction that will record the verdict. */
export interface Past {
  /** `person` is a roster entry's `person`, or the ref; `day` the presence day (`YYYY-MM-DD`, see policy/presence-day.ts). */
  lastPassage(person: string, day: string): Passage | undefined;
  /** How many people are inside on the presence day. */
  inside(day: string): number;
  /** Whether a once-only credential was used, also before the last start. */
  isUsed(ref: string): boolean;
  /** The latest wall time recorded while the clock was trusted, milliseconds since 1970; 0 for none. */
  readonly trustedMs: number;
}

/** What was proven about a signature. */
export type SignatureCheck = 'valid' | 'invalid' | 'unknown-key';

/** Keys this reader trusts, and the crypto that admission/ itself has none of. Never throws. */
export interface Trust {
  /** Ed25519 by an issuer; `kid`: first 8 bytes of the key's RFC 7638 thumbprint. */
  checkIssuer(kid: Uint8Array, message: Uint8Array, signature: Uint8Array): SignatureCheck;
  /** ES256 (r||s, 64 bytes) or PS256 by the signer certificate whose SHA-256 begins with `kid` and which is valid at `wallMs`. */
  checkHealthSigner(signed: {
    readonly kid: Uint8Array;
    readonly algorithm: 'ES256' | 'PS256';
    readonly message: Uint8Array;
    readonly signature: Uint8Array;
    readonly wallMs: number;
  }): SignatureCheck;
  /** zlib (RFC 1950) inflate; undefined where it is not zlib, is cut, has trailing bytes, or would exceed `mostBytes`. */
  inflate(bytes: Uint8Array, mostBytes: number): Uint8Array | undefined;
}

/** Signatures of what came over MQTT. Never throws. */
export interface Signers {
  /** Ed25519 by an issuer; `kid`: base64url of the key's whole RFC 7638 thumbprint. */
  checkSigner(kid: string, message: Uint8Array, signature: Uint8Array): SignatureCheck;
}

export type ListName = 'roster' | 'revoked' | 'keys' | 'policy';

/** Minutes of a weekly window in the site's local time; `to` before `from` crosses midnight into the next day. */
export interface HoursWindow {
  /** ISO weekdays, 1 = Monday .. 7 = Sunday. */
  readonly days: readonly number[];
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
}

/** When passing is allowed: weekly windows, and days that differ. */
export interface Hours {
  readonly windows: readonly HoursWindow[];
  /** A day listed here follows its own windows (none: closed), not the week's. */
  readonly exceptions?: readonly { readonly date: string; readonly windows: readonly Omit<HoursWindow, 'days'>[] }[];
}

/** A dated clearance that the holder must have (a daily health declaration, a safeguarding check). */
export interface Clearance {
  readonly name: string;
  /** Last site day (`YYYY-MM-DD`) on which it holds; absent: never given. */
  readonly until?: string;
}

/** Leaving before `before` (`HH:MM`) needs the granted scan of one of `by` (persons or refs) shortly before. */
export interface Escort {
  readonly by: readonly string[];
  readonly before: string;
  /** Default 60. */
  readonly withinSeconds?: number;
}

export interface RosterEntry {
  readonly ref: string;
  readonly holder: 'visitor' | 'staff' | 'pupil' | 'contractor';
  /** As its issuer wrote it, without control characters. */
  readonly label: string;
  /** The same for every code of one person. */
  readonly person?: string;
  /** RFC 3339 as milliseconds since 1970, both included. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly gates?: readonly string[];
  readonly hours?: Hours;
  /** A hold on the holder: what the guard is told. */
  readonly hold?: string;
  readonly clearance?: Clearance;
  readonly escort?: Escort;
}

/** What the `policy` list says for everybody of one holder kind, where their own entry says nothing. */
export type HolderPolicy = Pick<RosterEntry, 'hours' | 'gates' | 'clearance' | 'escort'>;

/** What is known of a list that is trusted, for this site and not expired. */
export interface ListInfo {
  readonly version: number;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** The signed lists as they are on this reader. A list that is missing or expired (at `wallMs`) counts as absent. */
export interface Lists {
  info(list: ListName, wallMs: number): ListInfo | undefined;
  rosterEntry(ref: string): RosterEntry | undefined;
  isRevoked(ref: string): boolean;
  holderPolicy(holder: string): HolderPolicy | undefined;
}

export type Recorded =
  | { readonly ok: true; readonly sequence: number }
  | {
      readonly ok: false;
      /** What went wrong, for the log and the state; never personal data. */
      readonly message: string;
    };

export interface Journal {
  /** Of what was recorded last; a damaged journal is set aside, and another epoch begins. */
  readonly epoch: string;
  /**
   * Runs `compose` inside one IMMEDIATE transaction and appends what it returns. `ok: true` means: on disk, flushed.
   * `ok: false` means: nothing was recorded; every later call tries again by itself.
   */
  record(compose: (past: Past) => EventContent): Recorded;
}

/** One change of a button or a contact, after the bouncing. */
export interface InputChange {
  /** The input's id from the configuration. */
  readonly input: string;
  /** Pressed, open, turned: what the configuration calls active. */
  readonly active: boolean;
  /** How it was when it was opened, or opened again: a state that nobody saw come about. */
  readonly initial?: true;
  readonly instant: Instant;
}

export interface Input {
  readonly id: string;
  /**
   * Yields first how the input is (`initial`), then each change in order, until `signal` aborts. A device that goes away is
   * reported as a fault and opened again with back-off, for ever; `initial` comes anew each time. Never throws.
   */
  changes(signal: AbortSignal): AsyncIterable<InputChange>;
}

export interface Indicator {
  /** Starts to show and returns at once; pre-empts what is being shown; never throws. */
  show(feedback: Feedback): void;
  /** The same for what is no answer to a scan; a scan pre-empts it, and it comes before or after that by its urgency. */
  announce(notice: Notice): void;
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
