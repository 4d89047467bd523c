// How the configuration names what the kernel names: GPIO chips, their lines, LEDs. Shared by outputs and inputs.

import * as z from 'zod';
import { checkedText } from './texts.ts';

/** Same alphabet as the names of LEDs, PWM chips and GPIO lines in the kernel; no path can be made of it. */
export function kernelName(what: string, most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[\w:+][\w:+.\- ]*$/, { error: 'config.fault.kernel-name' })
    .describe(what);
}

export function gpioChip() {
  return checkedText((text) => (/^(\/dev\/)?[\w.:+-]+$/.test(text) ? undefined : 'config.fault.gpio-chip')).describe(
    'Label of the chip, such as pinctrl-rp1 (stays the same from kernel to kernel), or its path such as /dev/gpiochip0',
  );
}

export function gpioLine() {
  return z
    .union([z.int().min(0).max(1023), kernelName('Name', 31)], { error: 'config.fault.gpio-line' })
    .describe('Offset on the chip (on a Raspberry Pi the BCM number), or the name of the line such as GPIO17');
}
