// Every parser that sees bytes from outside, in one table; test/fuzz/targets.test.ts asks for each of them.

import { CENTRE_TARGETS } from './centre-targets.ts';
import { CODE_TARGETS } from './code-targets.ts';
import { SCANNER_TARGETS } from './scanner-targets.ts';
import type { Target } from './target.ts';

export const TARGETS: readonly Target[] = [...SCANNER_TARGETS, ...CODE_TARGETS, ...CENTRE_TARGETS];
