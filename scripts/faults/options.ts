// The fault bench's command line. Anything unknown is refused.

import { parseArgs } from 'node:util';

export interface FaultOptions {
  /** Names of experiments; empty: all of them. */
  readonly only: readonly string[];
  /** Names of one experiment's parts; empty: all of them. */
  readonly parts: readonly string[];
  /** The long form's number of rounds, or one's own. */
  readonly rounds: number | 'short' | 'long';
  /** So many experiments and defects at once: most of their time is waiting. */
  readonly jobs: number;
  readonly seed: number;
  /** Which seeded defects are tried. */
  readonly defects: boolean;
  /** Names of defects that are tried alone, without the experiments themselves; empty: not so. */
  readonly onlyDefects: readonly string[];
  readonly json: boolean;
}

export const USAGE = `Usage: npm run faults -- [--only EXPERIMENT [--part NAME]...]... [--rounds N | --long] [--seed N]
                            [--jobs N] [--no-defects | --defect NAME...] [--json]

  npm run faults                              every experiment, short, then the seeded defects (about 5 minutes)
  npm run faults -- --only crash --rounds 1000
  npm run faults -- --long                    every experiment at length (hours)
  npm run faults -- --only cut --seed 7       the same row of chances as a run that printed seed 7
  npm run faults -- --defect any-epoch        one seeded defect, which its experiment must find
`;

/** Every name that `--only` and `--defect` may say. */
export interface KnownNames {
  readonly experiments: readonly string[];
  readonly defects: readonly string[];
}

/** @throws Error that says what is wrong */
export function readOptions(words: readonly string[], known: KnownNames, seed: number): FaultOptions {
  const { values } = parseArgs({
    args: [...words],
    allowNegative: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      part: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      jobs: { type: 'string', default: '4' },
      long: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(seed) },
      defects: { type: 'boolean', default: true },
      defect: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  refuseUnknown('--only', values.only, known.experiments);
  refuseUnknown('--defect', values.defect, known.defects);
  if (values.part.length > 0 && values.only.length !== 1) throw new Error('--part: wanted with one --only');
  const form = values.long ? 'long' : 'short';
  return {
    only: values.only,
    parts: values.part,
    jobs: wholeNumber('--jobs', values.jobs, 1),
    rounds: values.rounds === undefined ? form : wholeNumber('--rounds', values.rounds, 1),
    seed: wholeNumber('--seed', values.seed, 0),
    defects: values.defects,
    onlyDefects: values.defect,
    json: values.json,
  };
}

function refuseUnknown(option: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`${option} ${name}: wanted one of ${known.join(', ')}`);
  }
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Error(`${option} ${text}: wanted a whole number, ${least} or more`);
  return number;
}
