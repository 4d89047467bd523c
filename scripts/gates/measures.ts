// Gate: the measures of the house that no linter knows: lengths, names, first lines, and a lock file without addresses.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { conclude, ROOT, tracked } from './gate.ts';

const LINES_MAX = 300;
const MEDIAN_MAX = 90;
/** A name that says nothing of what is inside attracts everything. */
const GRAB_BAG = /(?:^|-)(?:utils?|helpers?|common|managers?|services?|misc)(?:-|$)/u;
const NAMELESS = /^(?:index|types)$/u;

function faultsOf(path: string, text: string): string[] {
  const faults: string[] = [];
  const lines = text.split('\n').length - 1;
  const words = [...path.split('/').slice(0, -1), basename(path).replace(/\..*$/u, '')];
  if (path.startsWith('src/') && lines > LINES_MAX) faults.push(`${lines} lines, at most ${LINES_MAX}`);
  if (words.some((word) => GRAB_BAG.test(word))) faults.push('a grab-bag name; name it after what it holds');
  if (NAMELESS.test(words.at(-1) ?? '')) faults.push('a file is named after what it holds, and imported by that name');
  if (!text.startsWith('// ')) faults.push('does not open with a line on what it is for');
  if (/\bvi\.(?:do)?mock\(/u.test(text)) faults.push('mocks a module; pass the part in instead');
  return faults.map((fault) => `${path}: ${fault}\n`);
}

/** The lock file must install from whatever registry a machine is set to. */
function lockFaults(): string[] {
  const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as {
    packages: Record<string, { resolved?: string }>;
  };
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined);
  return named.map(([name, { resolved }]) => `package-lock.json: ${name} is resolved to ${resolved}\n`);
}

const files = tracked(/\.ts$/u);
const texts = files.map((path) => ({ path, text: readFileSync(ROOT + path, 'utf8') }));
const lengths = texts.filter(({ path }) => path.startsWith('src/')).map(({ text }) => text.split('\n').length - 1);
const median = lengths.toSorted((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 0;
const faults = texts.flatMap(({ path, text }) => faultsOf(path, text)).concat(lockFaults());
if (median > MEDIAN_MAX) faults.push(`src: the median file has ${median} lines, at most ${MEDIAN_MAX}\n`);
process.stdout.write(`src: ${lengths.length} files, median ${median} lines, longest ${Math.max(0, ...lengths)}\n`);
conclude('measures', texts.length, files.length, faults.join(''));
