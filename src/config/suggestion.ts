// "Did you mean": the known word closest to a mistyped one.

/** Edits (insert, delete, replace) between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_]/g, '');

/** Longer words are nobody's typing mistake; the cap bounds the work. */
const WORD_CHARS_MAX = 64;

/**
 * The one of `known` that `word` was probably meant to be: the same but for case, `-` and `_`; or within two edits (one for
 * words of up to four letters); or one the beginning of the other (`password` for `passwordFile`).
 */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined;
  const typed = plain(word);
  const near = known
    .map((candidate) => ({ candidate, edits: distance(typed, plain(candidate)) }))
    .filter(({ edits }) => edits <= (typed.length <= 4 ? 1 : 2))
    .toSorted((a, b) => a.edits - b.edits)[0];
  if (near !== undefined) return near.candidate;
  return known.find(
    (candidate) => typed.length >= 4 && (plain(candidate).startsWith(typed) || typed.startsWith(plain(candidate))),
  );
}
