// Figures of several readers as those of one experiment.

import type { Figures } from './experiment.ts';

/** Counts add up; what is said is said one after the other. */
export function sumOf(all: readonly Figures[]): Figures {
  const total = (key: 'rounds' | 'shown' | 'lost' | 'duplicates' | 'gaps' | 'chain'): number =>
    all.reduce((sum, figures) => sum + figures[key], 0);
  return {
    rounds: total('rounds'),
    shown: total('shown'),
    lost: total('lost'),
    duplicates: total('duplicates'),
    gaps: total('gaps'),
    chain: total('chain'),
    broken: all.flatMap(({ broken }) => broken),
    notes: all.flatMap(({ notes }) => notes),
  };
}
