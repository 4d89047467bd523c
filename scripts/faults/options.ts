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
  readonly json: boolean;
}

export const USAGE = `Usage: npm run faults -- [--only EXPERIMENT [--part NAME]...]... [--rounds N | --long] [--seed N]
                            [--jobs N] [--no-defects] [--json]

  npm run faults                              every experiment, short, then the seeded defects (about 5 minutes)
  npm run faults -- --only crash --rounds 1000
  npm run faults -- --long                    every experiment at length (hours)
  npm run faults -- --only cut --seed 7       the same row of chances as a run that printed seed 7
`;

/** `known`: every name that `--only` may say. @throws Error that says what is wrong */
export function readOptions(words: readonly string[], known: readonly string[], seed: number): FaultOptions {
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
      json: { type: 'boolean', default: false },
    },
  });
  for (const name of values.only) {
    if (!known.includes(name)) throw new Error(`--only ${name}: wanted one of ${known.join(', ')}`);
  }
  if (values.part.length > 0 && values.only.length !== 1) throw new Error('--part: wanted with one --only');
  const form = values.long ? 'long' : 'short';
  return {
    only: values.only,
    parts: values.part,
    jobs: wholeNumber('--jobs', values.jobs, 1),
    rounds: values.rounds === undefined ? form : wholeNumber('--rounds', values.rounds, 1),
    seed: wholeNumber('--seed', values.seed, 0),
    defects: values.defects,
    json: values.json,
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Error(`${option} ${text}: wanted a whole number, ${least} or more`);
  return number;
}
