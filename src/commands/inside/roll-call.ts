// The roll-call: who is inside by this reader's own journal, since when, how many of each kind, and how old that knowledge is.

import type { Holder } from '../../admission/credentials/credential.ts';
import type { PassageToday, Today } from '../today.ts';

/** In the order in which they are listed. */
export const HOLDERS = ['pupil', 'staff', 'visitor', 'contractor', 'unlisted'] as const satisfies readonly Holder[];

export interface RollCall {
  readonly day: string;
  readonly count: number;
  readonly byHolder: Readonly<Record<Holder, number>>;
  /** By kind of holder, then by label. */
  readonly inside: readonly PassageToday[];
  /** The newest event of any kind; null: the journal is empty. */
  readonly newestEvent: string | null;
  readonly newestEventAgeSeconds: number | null;
  /** `/gates/{site}/{reader}`: the one reader that was heard; null: the journal is empty. */
  readonly source: string | null;
}

const collator = new Intl.Collator('vi');

/** `holder`: of this kind alone. */
export function rollCall({ day, passages, newest }: Today, nowMs: number, holder?: Holder): RollCall {
  const inside = [...passages.values()]
    .filter((passage) => passage.direction === 'in' && (holder === undefined || passage.holder === holder))
    .sort((a, b) => HOLDERS.indexOf(a.holder) - HOLDERS.indexOf(b.holder) || collator.compare(a.label, b.label));
  const count = (kind: Holder) => inside.filter((passage) => passage.holder === kind).length;
  return {
    day,
    count: inside.length,
    byHolder: {
      pupil: count('pupil'),
      staff: count('staff'),
      visitor: count('visitor'),
      contractor: count('contractor'),
      unlisted: count('unlisted'),
    },
    inside,
    newestEvent: newest?.time ?? null,
    newestEventAgeSeconds: newest === undefined ? null : Math.max(0, Math.floor((nowMs - Date.parse(newest.time)) / 1000)),
    source: newest?.source ?? null,
  };
}
