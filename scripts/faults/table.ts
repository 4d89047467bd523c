// The fault bench's two tables as text.

import { type Figures, faultsOf } from './experiment.ts';

/** What became of one experiment. */
export type Outcome = { readonly name: string; readonly seconds: number } & (
  | { readonly kind: 'done'; readonly figures: Figures }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'unable'; readonly because: string }
);

/** What became of one defect: `caught` where its experiment came out red. */
export interface Trial {
  readonly defect: string;
  readonly does: string;
  readonly experiment: string;
  readonly caught: boolean;
  /** What the experiment found, or why it found nothing. */
  readonly found: string;
  readonly seconds: number;
}

const HEAD = ['experiment', 'rounds', 'shown', 'lost', 'duplicates', 'gaps', 'chain', 'time', ''];

export function outcomeTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [outcome.name, ...cells(outcome)]);
  const notes = outcomes.flatMap(notesOf);
  return [...columns([HEAD, ...rows]), ...notes].join('\n');
}

export function trialTable(trials: readonly Trial[]): string {
  const rows = trials.map(({ defect, experiment, caught, seconds, found }) => [
    defect,
    experiment,
    caught ? 'caught' : 'MISSED',
    `${seconds.toFixed(0)} s`,
    found,
  ]);
  return columns([['seeded defect', 'experiment', '', 'time', 'found'], ...rows]).join('\n');
}

function cells(outcome: Outcome): string[] {
  if (outcome.kind === 'unable') return ['-', '-', '-', '-', '-', '-', '-', 'not run'];
  const time = `${outcome.seconds.toFixed(0)} s`;
  if (outcome.kind === 'failed') return ['-', '-', '-', '-', '-', '-', time, 'FAILED'];
  const { figures } = outcome;
  const { rounds, shown, lost, duplicates, gaps, chain } = figures;
  const verdict = faultsOf(figures).length === 0 ? 'ok' : 'BROKEN';
  return [...[rounds, shown, lost, duplicates, gaps, chain].map(String), time, verdict];
}

function notesOf(outcome: Outcome): string[] {
  if (outcome.kind === 'unable') return [`  ${outcome.name}: not run: ${outcome.because}`];
  if (outcome.kind === 'failed') return [`  ${outcome.name}: ${outcome.error}`];
  const { figures } = outcome;
  return [...figures.notes, ...faultsOf(figures).map((fault) => `FAULT ${fault}`)].map((words) => `  ${outcome.name}: ${words}`);
}

/** Numbers to the right, words to the left; the last column is as long as it is. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const padded = (cell: string, at: number, last: boolean): string => {
    if (last) return cell;
    return /^[\d-]/u.test(cell) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  };
  const line = (row: readonly string[]): string => row.map((cell, at) => padded(cell, at, at === row.length - 1)).join('  ');
  return rows.map((row) => line(row).trimEnd());
}
