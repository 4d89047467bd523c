// Gate: every TypeScript file of the project is checked by the compiler.

import { conclude, ROOT, tool, tracked } from './gate.ts';

const { status, stdout, stderr } = tool('tsc', '--noEmit', '-p', '.', '--listFiles', '--pretty', 'false');
const lines = stdout.split('\n');
const own = (line: string): boolean => line.startsWith(ROOT) && !line.startsWith(`${ROOT}node_modules/`);
const seen = new Set(lines.filter(own).map((line) => line.slice(ROOT.length)));
const files = tracked(/\.ts$/u);
const faults = lines.filter((line) => line !== '' && !line.startsWith('/')).join('\n') + stderr;
const unseen = files.filter((file) => !seen.has(file)).map((file) => `${file}: not part of tsconfig.json\n`);
conclude(
  'compile',
  files.length - unseen.length,
  files.length,
  faults + unseen.join('') || (status === 0 ? '' : `tsc: exit ${status}`),
);
