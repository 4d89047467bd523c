// Figures of several readers, tried at once, as those of one experiment.

import { chosen, type Context, type Figures } from './experiment.ts';

const NOTHING: Figures = { rounds: 0, shown: 0, lost: 0, duplicates: 0, gaps: 0, chain: 0, broken: [], notes: [] };

/** A promise that is broken so that nothing more can be counted: it is a finding. Any other error is the bench's own failure. */
export class Broken extends Error {}

/** Plays every part that was asked for at the same time; each comes to its end. @throws the first error that is no finding */
export async function allAtOnce<Part extends { readonly name: string }>(
  parts: readonly Part[],
  context: Pick<Context, 'parts'>,
  play: (part: Part) => Promise<Figures>,
): Promise<Figures> {
  const found = ({ name }: Part, error: unknown): Figures => {
    if (error instanceof Broken) return { ...NOTHING, broken: [`${name}: ${error.message}`] };
    throw new Error(`${name} could not be done: ${error instanceof Error ? error.message : String(error)}`);
  };
  const played = await Promise.allSettled(
    chosen(parts, context).map(async (part) => await play(part).catch((error: unknown) => found(part, error))),
  );
  return sumOf(
    played.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    }),
  );
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
