// What a code turned out to be: the union every recogniser returns and everything after it reads.

import type { Trust } from '../ports.ts';

/** The kinds of CONTRACT section 4, in the order of recognition; `unknown` is what none of them claimed. */
export const KINDS = [
  'pass',
  'token',
  'cccd',
  'national-qr',
  'health-certificate',
  'health-insurance',
  'setup',
  'operator',
  'unknown',
] as const;
export type Kind = (typeof KINDS)[number];

/** Who the holder is, by the word of an issuer or the roster; `unlisted`: nobody vouches for it. */
export type Holder = 'visitor' | 'staff' | 'pupil' | 'contractor' | 'unlisted';

/** Something a guard should know although it does not decide. */
export type Warning = 'lossy-text' | 'clock-untrusted' | 'list-too-old' | 'passback' | 'clearance-missing';

/** What a signed credential says of its own use; proven by the signature that was checked before it was made. */
export interface Grant {
  /** Issuer's name as the credential gives it, never shown as trusted by itself. */
  readonly issuer: string;
  /** Seconds since 1970, both included; absent: the credential does not limit it. */
  readonly notBefore?: number;
  readonly expires?: number;
  /** Gates it is for; absent: all. An empty list grants nowhere. */
  readonly gates?: readonly string[];
  readonly once: boolean;
}

/**
 * A code that was understood. Holding one proves: its layout is whole, its dates exist and, where it has a `grant`, that a
 * trusted key signed it. An unsigned one is not proven genuine.
 */
export interface Credential {
  readonly kind: Kind;
  /** What `ref` is made of (CONTRACT section 4); never leaves the process. */
  readonly identifier: string | Uint8Array;
  readonly holder: Holder;
  /** What people may see, masked, without control characters. */
  readonly label: string;
  readonly warnings: readonly Warning[];
  /** Of signed kinds only. */
  readonly grant?: Grant;
  /** The holder's details in full, for the sealed part of an event alone (`privacy.details`); never shown, logged or stored. */
  readonly details?: Readonly<Record<string, string>>;
}

/** A code whose kind is certain and whose content is not acceptable. */
export interface Flawed {
  readonly kind: Kind;
  readonly flaw: 'malformed' | 'truncated' | 'unrecognised' | 'unknown-issuer' | 'bad-signature' | 'not-yet-valid' | 'expired';
}

export type Presented = Credential | Flawed;

/** A code as text, with what is known about how it got here. */
export interface CodeText {
  readonly text: string;
  /** The bytes were not UTF-8 and could not be repaired: only its ASCII is certain. */
  readonly lossy: boolean;
}

/** What signed kinds are checked with. */
export interface Proof {
  readonly trust: Trust;
  /** Wall time of the scan, milliseconds since 1970: signer certificates have a validity of their own. */
  readonly wallMs: number;
}

/** One code format: what it recognises by structure, or `undefined` where the text is not its own. */
export type Recogniser = (code: CodeText, proof: Proof) => Presented | undefined;

export const isFlawed = (presented: Presented): presented is Flawed => 'flaw' in presented;
