// Figures of several readers, tried at once, as those of one experiment.

import { chosen, type Context, type Figures } from './experiment.ts';

const NOTHING: Figures = { rounds: 0, shown: 0, lost: 0, duplicates: 0, gaps: 0, chain: 0, broken: [], notes: [] };

/** Plays every part that was asked for at the same time. One that can't be done is broken; the others come to their end. */
export async function allAtOnce<Part extends { readonly name: string }>(
  parts: readonly Part[],
  context: Context,
  play: (part: Part) => Promise<Figures>,
): Promise<Figures> {
  const failed = (name: string, error: unknown): Figures => ({
    ...NOTHING,
    broken: [`${name} could not be done: ${error instanceof Error ? error.message : String(error)}`],
  });
  return sumOf(await Promise.all(chosen(parts, context).map((part) => play(part).catch((error) => failed(part.name, error)))));
}

/** Counts add up; what is said is said one after the other. */
function sumOf(all: readonly Figures[]): Figures {
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
