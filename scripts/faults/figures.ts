// Figures of several readers, tried at once, as those of one experiment.

import { chosen, type Context, faultsOf, type Figures, sawNothing } from './experiment.ts';

const NOTHING: Figures = { rounds: 0, shown: 0, lost: 0, duplicates: 0, gaps: 0, chain: 0, broken: [], notes: [] };

/** A promise that is broken so that nothing more can be counted: it is a finding. Any other error is the bench's own failure. */
export class Broken extends Error {}

interface AnyPart {
  readonly name: string;
  /** Why it can't be played here; undefined where it can. */
  unable?(): string | undefined;
}

/** Plays every part that was asked for at the same time; each comes to its end. @throws the first error that is no finding */
export async function allAtOnce<Part extends AnyPart>(
  parts: readonly Part[],
  context: Pick<Context, 'parts'>,
  play: (part: Part) => Promise<Figures>,
): Promise<Figures> {
  const found = ({ name }: Part, error: unknown): Figures => {
    if (error instanceof Broken) return { ...NOTHING, broken: [`${name}: ${error.message}`] };
    throw new Error(`${name} could not be done: ${error instanceof Error ? error.message : String(error)}`);
  };
  const played = await Promise.allSettled(
    chosen(parts, context).map(async (part) => {
      const because = part.unable?.();
      if (because !== undefined) return { ...NOTHING, notes: [`${part.name}: not run: ${because}`] };
      const figures = await play(part).catch((error: unknown) => found(part, error));
      // The others may have seen something, and hide it in the sum.
      const blind = sawNothing(figures) ? [`${part.name}: it saw nothing`] : [];
      const red = faultsOf(figures).length > 0 && !sawNothing(figures) ? [part.name] : [];
      return { ...figures, red, broken: [...figures.broken, ...blind] };
    }),
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
    red: all.flatMap(({ red = [] }) => red),
  };
}
