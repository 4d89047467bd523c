// Gate: no file, export or dependency that nothing uses.

import { conclude, tool, tracked } from './gate.ts';

const { status, stdout, stderr } = tool(
  'knip',
  '--no-progress',
  '--treat-config-hints-as-errors',
  '--reporter=compact',
  '--reporter=./scripts/gates/knip-count.ts',
);
const seen = /^knip read (\d+) files$/mu.exec(stdout)?.[1];
const faults = stdout.replace(/^knip read .*\n/mu, '') + stderr;
conclude('unused', Number(seen ?? 0), tracked(/\.ts$/u).length, status === 0 ? '' : faults || `knip: exit ${status}`);
