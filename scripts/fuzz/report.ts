// What a run of the fuzzer prints: the table, and of a finding what was found and the commands that show it again.

const COLUMNS = ['seed', 'runs', 'runs/s', 'blocks', 'reached', 'corpus', 'heap MB'];

const cells = (name: string, figures: readonly (string | number)[]): string =>
  name.padEnd(20) + figures.map((figure) => String(figure).padStart(11)).join('');

/** `blocks`: of the covered code, by the inputs that a target begins with; `reached`: by all. */
export const heading = cells('target', COLUMNS);

export interface Figures {
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  readonly first: number;
  readonly blocks: number;
  readonly corpus: number;
  readonly heapMb: number;
}

export function row(name: string, { seed, runs, seconds, first, blocks, corpus, heapMb }: Figures): string {
  return cells(name, [seed, runs, Math.round(runs / seconds), first, blocks, corpus, heapMb]);
}

export interface Finding {
  readonly name: string;
  readonly seed: number;
  readonly what: string;
  /** How many inputs were made up to this one; 0: it is one that the target begins with. */
  readonly made: number;
  readonly bytes: number;
  /** Where the input is kept. */
  readonly file: string;
}

/** With the command that makes the same inputs up to it, on any machine, and the one that tries it alone. */
export function findingText({ name, seed, what, made, bytes, file }: Finding): string {
  const again = `npm run fuzz -- --only ${name}`;
  return [
    `FINDING ${name}, seed ${seed}: ${what}`,
    `  ${bytes} bytes: ${file}`,
    `  again: ${again} --seed ${seed} --runs ${Math.max(1, made)}`,
    `  alone: ${again} --input ${file}`,
    '',
  ].join('\n');
}
