// Gate: every TypeScript file is linted, with types.

import { conclude, tool, tracked } from './gate.ts';

const { status, stdout, stderr } = tool('oxlint', '--format=unix');
const report = tool('oxlint', '--format=json').stdout;
const { number_of_files: seen } = JSON.parse(report) as { number_of_files: number };
conclude('lint', seen, tracked(/\.ts$/u).length, status === 0 ? '' : stdout + stderr || `oxlint: exit ${status}`);
