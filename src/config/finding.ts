// Something wrong with the configuration, said in keys and codes; where it stands in a file and its words come later.

import type { WordingKey, WordingParams } from '../system/wording.ts';
import { type Path, isMap, printable } from './path.ts';

export interface Finding {
  readonly path: Path;
  /** Which text tells it; also what tests and programs compare. */
  readonly code: WordingKey;
  readonly params?: WordingParams;
  /** `key`: points at the key itself (an unknown one) and not at its value. */
  readonly at?: 'key';
}

const FOUND_CHARS_MAX = 60;

/**
 * How a found value is named in a message: scalars as JSON, cut at 60 characters; `{…}` and `[…]` for maps and lists, so that
 * nothing inside them is repeated; what stands before an `@` is hidden, because it may be a password.
 */
export function foundText(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (isMap(value)) return '{…}';
  if (typeof value !== 'string') return String(value);
  const shown = JSON.stringify(value.replace(/^(.*\/\/)?.*@/su, '$1***@'));
  return printable(shown.length > FOUND_CHARS_MAX ? `${shown.slice(0, FOUND_CHARS_MAX)}…` : shown);
}
