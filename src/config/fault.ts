// A fault in a configuration as people and editors read it: FILE:LINE:COLUMN: key: message.

import { printable } from './path.ts';
import type { WordingKey } from '../system/wording.ts';

export interface ConfigurationFault {
  /** The configuration file as it was named, or the environment variable. */
  readonly file: string;
  /** 1-based; 1 for a variable. */
  readonly line: number;
  /** 1-based; 1 for a variable. */
  readonly column: number;
  /** The key, e.g. `scanners[0].path`; `file` or `yaml` where the text itself is at fault. */
  readonly key: string;
  /** What is wrong, for programs. */
  readonly code: WordingKey;
  /** What is wrong and what to do, in the language of whoever runs the program. */
  readonly message: string;
}

/** One line: `FILE:LINE:COLUMN: key: message`, as compilers print, so that editors can jump there. */
export function formatFault(fault: ConfigurationFault): string {
  return `${printable(fault.file)}:${fault.line}:${fault.column}: ${fault.key}: ${fault.message}`;
}

/** Faults of the file by position, then those of variables by name; the same one twice is one. */
export function inOrder(faults: readonly ConfigurationFault[], file: string): ConfigurationFault[] {
  const unique = new Map(
    faults.map((fault) => [`${fault.file}\0${fault.line}:${fault.column}\0${fault.key}\0${fault.message}`, fault]),
  );
  const rank = (fault: ConfigurationFault): number => (fault.file === file ? 0 : 1);
  return [...unique.values()].toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      a.file.localeCompare(b.file, 'en') ||
      a.line - b.line ||
      a.column - b.column ||
      a.key.localeCompare(b.key, 'en'),
  );
}
