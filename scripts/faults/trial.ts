// Whether a seeded defect was caught.

import { faultsOf, sawNothing } from './experiment.ts';
import type { Outcome, Trial } from './table.ts';

/** Caught is what each of the parts found that are for it. An experiment that could not be done, or saw nothing, found nothing. */
export function judgeTrial(outcome: Outcome, parts: readonly string[]): Pick<Trial, 'caught' | 'found'> {
  if (outcome.kind === 'unable') return { caught: false, found: `not run: ${outcome.because}` };
  if (outcome.kind === 'failed') return { caught: false, found: `failed: ${outcome.error}` };
  const { figures } = outcome;
  const faults = faultsOf(figures);
  const blind = parts.filter((part) => figures.red?.includes(part) !== true);
  const caught = faults.length > 0 && !sawNothing(figures) && blind.length === 0;
  return { caught, found: [...blind.map((part) => `not found by ${part}`), ...faults].join('; ') };
}
