// The scanners there are: a kind's word in the configuration and the function that makes it. A new kind is one file and one
// line here.

import type { Clock, FaultReport } from '../admission/ports.ts';
import type { AttachedScanner } from './lines.ts';
import { type SerialOptions, serialScanner } from './serial.ts';
import { type StdinOptions, stdinScanner } from './stdin.ts';

export type ScannerOptions = ({ readonly kind: 'serial' } & SerialOptions) | ({ readonly kind: 'stdin' } & StdinOptions);

export interface ScannerDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
}

/** Makes a configured scanner; nothing is opened before its `scans` are read from. */
export function makeScanner(options: ScannerOptions, deps: ScannerDeps): AttachedScanner {
  switch (options.kind) {
    case 'serial':
      return serialScanner(options, deps);
    case 'stdin':
      return stdinScanner(options, deps);
  }
}
