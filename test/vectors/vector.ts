// One vector: a code, and what must be recognised in it.

interface Expected {
  readonly kind: string;
  readonly flaw?: string;
  readonly identifier?: string;
  /** Instead of `identifier`, where that is bytes. */
  readonly identifierHex?: string;
  readonly holder?: string;
  readonly label?: string;
  readonly warnings?: readonly string[];
  readonly grant?: Readonly<Record<string, unknown>>;
  readonly details?: Readonly<Record<string, string>>;
}

export interface Vector {
  readonly name: string;
  /** The code, or where it is not Unicode text its bytes. */
  readonly text?: string;
  readonly hex?: string;
  readonly expected: Expected;
}

export interface VectorFile {
  /** Wall time of every scan in it, milliseconds since 1970. */
  readonly wallMs: number;
  readonly keys: readonly { readonly kid: string; readonly jwk: Readonly<Record<string, string>> }[];
  readonly vectors: readonly Vector[];
}

/** 2026-11-21T06:45:03+07:00. */
export const NOW_SECONDS = 1_795_218_303;
