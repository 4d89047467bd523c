// Who is behind a code: several codes of one person share the roster's `person`.

import type { Case } from './rule.ts';

/** The key of presence and counting; absent where nobody was identified. */
export const personOf = ({ entry, ref }: Pick<Case, 'entry' | 'ref'>): string | undefined => entry?.person ?? ref;
