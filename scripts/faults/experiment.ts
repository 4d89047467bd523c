// The shape of one experiment of the fault bench: a promise of the contract, what is done to break it, and what was counted.

/** What an experiment saw. The figures that must be zero are those that `promisedZero` names. */
export interface Figures {
  readonly rounds: number;
  /** Codes whose feedback was shown. */
  readonly shown: number;
  /** Shown, but not with the centre in the end. */
  readonly lost: number;
  /** Deliveries of an event that the centre had already. */
  readonly duplicates: number;
  /** Sequence numbers that never came, or codes stored as more than one event. */
  readonly gaps: number;
  /** Events whose hash does not continue the chain, and seals that do not verify. */
  readonly chain: number;
  /** Promises that only this experiment looks at and that were broken: a sentence each. */
  readonly broken: readonly string[];
  /** Figures of its own, for people. */
  readonly notes: readonly string[];
  /** Names of the parts that found a fault; absent where there are no parts. */
  readonly red?: readonly string[];
}

export interface Context {
  /** The tree whose daemon is tried: the checkout, or a copy with a defect in it. */
  readonly root: string;
  /** A folder for the experiment alone; removed afterwards. */
  readonly folder: string;
  readonly rounds: number;
  /** Names of the experiment's parts to run; empty: all of them. */
  readonly parts: readonly string[];
  /** From 0 up to 1, the same row for the same seed. */
  readonly random: () => number;
  /** Aborted when the bench is interrupted. */
  readonly signal: AbortSignal;
  /** Progress, a few words. */
  readonly say: (words: string) => void;
}

export interface Experiment {
  /** `--only` takes it. */
  readonly name: string;
  /** The sentence that it tries to prove wrong. */
  readonly promise: string;
  /** Names of parts that can be run alone; absent: it has none. */
  readonly parts?: readonly string[];
  /** 0 in the short form: it is left out there, and that is told. */
  readonly rounds: { readonly short: number; readonly long: number };
  /** Why it can't be run here; undefined where it can. What is skipped is never a success. */
  unable?(): string | undefined;
  /** @throws Error when the experiment itself could not be done */
  run(context: Context): Promise<Figures>;
}

/** Those of an experiment's parts that were asked for. @throws Error where a name is none of them */
export function chosen<Part extends { readonly name: string }>(all: readonly Part[], { parts }: Pick<Context, 'parts'>): Part[] {
  for (const wanted of parts) {
    if (!all.some(({ name }) => name === wanted)) {
      throw new Error(`there is no part ${wanted}: wanted one of ${all.map(({ name }) => name).join(', ')}`);
    }
  }
  return all.filter(({ name }) => parts.length === 0 || parts.includes(name));
}

/** Nothing was tried: neither good nor a finding. */
export function sawNothing({ shown, rounds, broken }: Figures): boolean {
  return (rounds === 0 || shown === 0) && broken.length === 0;
}

/** What is wrong with the figures; empty: the promise held and something was seen. */
export function faultsOf(figures: Figures): string[] {
  const { lost, gaps, chain, broken } = figures;
  return [
    ...(sawNothing(figures) ? ['it saw nothing'] : []),
    ...(lost > 0 ? [`${lost} shown scans are lost`] : []),
    ...(gaps > 0 ? [`${gaps} gaps or doubles`] : []),
    ...(chain > 0 ? [`${chain} breaks of the chain`] : []),
    ...broken,
  ];
}
