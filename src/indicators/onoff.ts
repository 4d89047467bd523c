// Lamps, buzzer and relay on lines of a GPIO chip, by the older interface of files, for systems without the character device. A
// line keeps its level when the daemon is killed; the next start puts it to rest.

import { holdSysfsLines, type SysfsLine } from '../system/gpio-sysfs.ts';
import type { DriveKind } from './drive.ts';
import { type LineOutputs, linesKind } from './lines.ts';
import type { ToneSystem } from './tone.ts';

export type OnoffOptions = LineOutputs<SysfsLine>;

export interface OnoffSystem extends ToneSystem {
  /** Blocks for so many milliseconds while udev hands new lines over. */
  readonly pause?: (ms: number) => void;
}

export function onoffKind(options: OnoffOptions, system: OnoffSystem): DriveKind {
  return linesKind(options, (wanted) => holdSysfsLines(wanted, system.files, system.pause), system);
}
