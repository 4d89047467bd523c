// Every parser that sees bytes from outside, in one table; test/fuzz/targets.test.ts asks for each of them.

import { CAMERA_TARGETS } from './camera-targets.ts';
import { CENTRE_TARGETS } from './centre-targets.ts';
import { CODE_TARGETS } from './code-targets.ts';
import { FILE_TARGETS } from './file-targets.ts';
import { KEY_TARGETS } from './key-targets.ts';
import { SCANNER_TARGETS } from './scanner-targets.ts';
import { TABLE_TARGETS } from './table-targets.ts';
import type { Target } from './target.ts';
import { WIRE_TARGETS } from './wire-targets.ts';
import { WRECK_TARGETS } from './wreck-targets.ts';

/** Each with the file that it is in: a thread that measures coverage pays for every function that it has loaded. */
const FAMILIES: Readonly<Record<string, readonly Target[]>> = {
  'scanner-targets.ts': SCANNER_TARGETS,
  'camera-targets.ts': CAMERA_TARGETS,
  'code-targets.ts': CODE_TARGETS,
  'centre-targets.ts': CENTRE_TARGETS,
  'wire-targets.ts': WIRE_TARGETS,
  'key-targets.ts': KEY_TARGETS,
  'file-targets.ts': FILE_TARGETS,
  'table-targets.ts': TABLE_TARGETS,
  'wreck-targets.ts': WRECK_TARGETS,
};

export const TARGETS: readonly Target[] = Object.values(FAMILIES).flat();

/** The file beside this one that a target is in. */
export const fileOf = (name: string): string | undefined =>
  Object.keys(FAMILIES).find((file) => FAMILIES[file]?.some((target) => target.name === name));
