// Lamps, buzzer and relay on lines of a GPIO chip, by its character device. The kernel releases the lines of a process that is
// killed; which level they have then is the chip driver's affair.

import { type GpioKernel, holdLines, LINUX_GPIO, type WantedLine } from '../system/gpio.ts';
import type { DriveKind } from './drive.ts';
import { type LineOutputs, linesKind } from './lines.ts';
import type { ToneSystem } from './tone.ts';

export type GpioChipOptions = LineOutputs<WantedLine>;

/** What `gpioinfo` shows as the lines' user. */
export const CONSUMER = 'gate-reader';

export interface GpioChipSystem extends ToneSystem {
  readonly kernel?: GpioKernel;
}

export function gpioChipKind(options: GpioChipOptions, system: GpioChipSystem): DriveKind {
  return linesKind(options, (wanted) => holdLines({ ...wanted, consumer: CONSUMER }, system.kernel ?? LINUX_GPIO), system);
}
