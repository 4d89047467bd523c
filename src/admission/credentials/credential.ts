// What a code turned out to be: the union every recogniser returns and everything after it reads.

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
export type Warning = 'lossy-text';

/** A code that was understood. Holding one proves: its layout is whole and its dates exist; not that it is genuine. */
export interface Credential {
  readonly kind: Kind;
  /** What `ref` is made of (CONTRACT section 4); never leaves the process. */
  readonly identifier: string | Uint8Array;
  readonly holder: Holder;
  /** What people may see, masked, without control characters. */
  readonly label: string;
  readonly warnings: readonly Warning[];
}

/** A code whose kind is certain and whose content is not acceptable. */
export interface Flawed {
  readonly kind: Kind;
  readonly flaw: 'malformed' | 'truncated' | 'unrecognised';
}

export type Presented = Credential | Flawed;

/** A code as text, with what is known about how it got here. */
export interface CodeText {
  readonly text: string;
  /** The bytes were not UTF-8 and could not be repaired: only its ASCII is certain. */
  readonly lossy: boolean;
}

/** One code format: what it recognises by structure, or `undefined` where the text is not its own. */
export type Recogniser = (code: CodeText) => Presented | undefined;

export const isFlawed = (presented: Presented): presented is Flawed => 'flaw' in presented;
