// Finding people on a roster as a guard types them: without diacritics, in any case, by part of a name, or by the beginning of a
// ref.

import type { RosterEntry } from '../../admission/ports.ts';

/** Fewer characters of a ref would find half the school. */
const LEAST_REF_CHARACTERS = 4;

/** `Nguyễn Đức` -> `nguyen duc`. The letter đ has no decomposition of its own. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd').replaceAll(/\s+/gu, ' ').trim();
}

/** Whether an entry is meant by `query`: part of its label, its person, or the beginning of its ref. */
export function matcher(query: string): (entry: Pick<RosterEntry, 'ref' | 'label' | 'person'>) => boolean {
  const [wanted, ref] = [fold(query), query.trim().toUpperCase()];
  return (entry) =>
    fold(entry.label).includes(wanted) ||
    (entry.person !== undefined && fold(entry.person) === wanted) ||
    (ref.length >= LEAST_REF_CHARACTERS && entry.ref.startsWith(ref));
}
