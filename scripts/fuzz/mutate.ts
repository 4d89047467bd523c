// Inputs made from inputs: bits turned, pieces lost, repeated, exchanged, and words of the format put in. Reproducible from its seed.

/** mulberry32: small, good enough to choose with, the same everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Values at which lengths and counters go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x17, 0x18, 0x1b, 0x1f, 0x3b, 0x5f, 0x9f, 0xbf, 0xc2, 0xd2, 0xf4, 0xfb, 0xfe];

type Step = (bytes: Buffer, pick: (below: number) => number) => Buffer;

const steps: readonly Step[] = [
  (bytes, pick) => changed(bytes, pick(bytes.length), (old) => old ^ (1 << pick(8))),
  (bytes, pick) => changed(bytes, pick(bytes.length), () => pick(256)),
  (bytes, pick) => changed(bytes, pick(bytes.length), () => EDGES[pick(EDGES.length)] ?? 0),
  (bytes, pick) => changed(bytes, pick(bytes.length), (old) => old + pick(33) - 16),
  (bytes, pick) => spliced(bytes, pick(bytes.length + 1), 1 + pick(16), Buffer.alloc(0)),
  (bytes, pick) => spliced(bytes, pick(bytes.length + 1), 0, Buffer.from([pick(256)])),
  (bytes, pick) => {
    const from = pick(bytes.length + 1);
    const piece = bytes.subarray(from, from + 1 + pick(32));
    return spliced(
      bytes,
      pick(bytes.length + 1),
      0,
      Buffer.concat(Array.from({ length: 1 + pick(pick(4) === 0 ? 40 : 3) }, () => piece)),
    );
  },
  (bytes, pick) => bytes.subarray(0, pick(bytes.length + 1)),
];

function changed(bytes: Buffer, at: number, how: (old: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  copy[at] = how(copy[at] ?? 0) & 0xff;
  return copy;
}

function spliced(bytes: Buffer, at: number, lost: number, put: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + lost)]);
}

/** A quoted text, a number or a name in the place of which a word of the format may stand. */
const TOKEN = /"[^"]*"|[\w.+-]+/gu;

/** Of what is text: one token exchanged, so that what surrounds it stays a sound text of its format. */
function exchanged(bytes: Buffer, word: string | Uint8Array, pick: (below: number) => number): Buffer {
  const tokens = [...bytes.toString('latin1').matchAll(TOKEN)];
  const token = tokens[pick(tokens.length)];
  return token === undefined ? bytes : spliced(bytes, token.index, token[0].length, Buffer.from(word));
}

export interface Mutation {
  readonly corpus: readonly Uint8Array[];
  readonly words: readonly (string | Uint8Array)[];
  readonly mostBytes: number;
}

/** A new input from one or two of the corpus. */
export function mutated({ corpus, words, mostBytes }: Mutation, next: () => number): Uint8Array {
  const pick = (below: number): number => Math.floor(next() * below);
  let bytes: Buffer = Buffer.from(corpus[pick(corpus.length)] ?? []);
  // Now and then nothing else: what is sound but for one value gets furthest.
  if (words.length > 0 && pick(8) === 0) return exchanged(bytes, words[pick(words.length)] ?? '', pick).subarray(0, mostBytes);
  for (let left = 1 << pick(5); left > 0; left -= 1) {
    const what = pick(steps.length + 4);
    const step = steps[what];
    if (step !== undefined) bytes = Buffer.from(step(bytes, pick));
    else if (what === steps.length) {
      const other = Buffer.from(corpus[pick(corpus.length)] ?? []);
      bytes = Buffer.concat([bytes.subarray(0, pick(bytes.length + 1)), other.subarray(pick(other.length + 1))]);
    } else if (words.length > 0) {
      const word = words[pick(words.length)] ?? '';
      const put = typeof word === 'string' ? Buffer.from(word) : word;
      bytes =
        pick(2) === 0
          ? exchanged(bytes, word, pick)
          : spliced(bytes, pick(bytes.length + 1), pick(2) === 0 ? 0 : put.length, put);
    }
    if (bytes.length > mostBytes) bytes = bytes.subarray(0, mostBytes);
  }
  return bytes;
}
