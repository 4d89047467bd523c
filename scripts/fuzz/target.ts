// What a fuzz target is: one parser of bytes from outside, inputs to begin with, and what it must never do.

export interface Target {
  readonly name: string;
  /** Files of src/ whose coverage guides the search, from the root of the project. */
  readonly covers: readonly string[];
  readonly seeds: readonly Uint8Array[];
  /** Pieces of text or bytes that the format is made of. */
  readonly words: readonly (string | Uint8Array)[];
  /** The longest input worth trying, in bytes; default 4096. */
  readonly mostBytes?: number;
  /** The parsers of src/ that it feeds: their files from the root of the project, and what each exports that takes the bytes. */
  readonly feeds: Readonly<Record<string, string>>;
  /** Feeds one input; an error that it throws is a finding. Leaves nothing behind that changes the next run. */
  readonly run: (input: Uint8Array) => void | Promise<void>;
}

/** A promise of the parser that was broken. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken promise: ${what}`);
}

/** Cuts an input into chunks as a device might: the first byte seeds how. */
export function* chunksOf(input: Uint8Array): Generator<Uint8Array> {
  let [at, state] = [1, input[0] ?? 0];
  while (at < input.length) {
    state = (state * 75 + 74) % 65_537;
    const end = Math.min(input.length, at + 1 + (state % 97));
    yield input.subarray(at, end);
    at = end;
  }
}
