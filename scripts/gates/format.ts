// Gate: every TypeScript file is written as the formatter would write it; JSON too where biome.json names it.

import { conclude, tool, tracked } from './gate.ts';

const { status, stdout, stderr } = tool('biome', 'format', '--reporter=json', '--max-diagnostics=none');
const { summary, diagnostics } = JSON.parse(stdout) as {
  summary: { changed: number; unchanged: number };
  diagnostics: { location?: { path?: string }; message: string }[];
};
const faults = diagnostics.map(({ location, message }) => `${location?.path ?? ''}: ${message}\n`).join('');
const untold = status === 0 ? '' : `biome: exit ${status} ${stderr}`;
conclude('format', summary.changed + summary.unchanged, tracked(/\.ts$/u).length, faults || untold);
