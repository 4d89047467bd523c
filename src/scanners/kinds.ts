// The scanners there are: a kind's word in the configuration and the function that makes it. A new kind is one file and one
// line here.

import type { Clock, FaultReport } from '../admission/ports.ts';
import type { DeviceClaims } from './claims.ts';
import { type HidKeyboardOptions, type HidOptions, hidKeyboardScanner, hidPosScanner } from './hid.ts';
import { cameraScanner } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import type { AttachedScanner } from './lines.ts';
import { type SerialOptions, serialScanner } from './serial.ts';
import { type StdinOptions, stdinScanner } from './stdin.ts';

export type ScannerOptions =
  | ({ readonly kind: 'serial' } & SerialOptions)
  | ({ readonly kind: 'hid-pos' } & HidOptions)
  | ({ readonly kind: 'hid-keyboard' } & HidKeyboardOptions)
  | ({ readonly kind: 'stdin' } & StdinOptions)
  | ({ readonly kind: 'camera' } & CameraOptions);

export interface ScannerDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** The same for all scanners of a daemon. */
  readonly claims?: DeviceClaims;
}

/** Makes a configured scanner; nothing is opened before its `scans` are read from. */
export function makeScanner(options: ScannerOptions, deps: ScannerDeps): AttachedScanner {
  switch (options.kind) {
    case 'camera':
      return cameraScanner(options, deps);
    case 'serial':
      return serialScanner(options, deps);
    case 'hid-pos':
      return hidPosScanner(options, deps);
    case 'hid-keyboard':
      return hidKeyboardScanner(options, deps);
    case 'stdin':
      return stdinScanner(options, deps);
  }
}
