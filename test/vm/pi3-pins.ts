// The pins of a Pi 3 as its GPIO registers have them, by the driver's own account in debugfs: also of a line that nobody holds
// any more.
//
// /sys/kernel/debug/pinctrl/3f200000.gpio-pinctrl-bcm2835/pins, a line each (drivers/pinctrl/bcm/pinctrl-bcm2835.c):
//   pin 17 (gpio17) 17:pinctrl-bcm2835 function gpio_out in hi; irq 0 (none)

import { readFileSync } from 'node:fs';

/** The chip's label. */
export const CHIP = 'pinctrl-bcm2835';

const PINS = '/sys/kernel/debug/pinctrl/3f200000.gpio-pinctrl-bcm2835/pins';
/** One reading does for looks that come together. */
const FRESH_MS = 2;

let read: { readonly text: string; readonly atMs: number } | undefined;

/** How to look whether a pin drives high. One that was made an input drives nothing, whatever level it shows. */
export function drivesHigh(pin: number): () => 0 | 1 {
  const wanted = new RegExp(String.raw`^pin ${pin} .* function (\w+) in (hi|lo);`, 'mu');
  return () => {
    if (read === undefined || performance.now() - read.atMs > FRESH_MS) {
      read = { text: readFileSync(PINS, 'utf8'), atMs: performance.now() };
    }
    const [, use, level] = wanted.exec(read.text) ?? [];
    if (use === undefined) throw new Error(`${PINS} has no pin ${pin} as known`);
    return use === 'gpio_out' && level === 'hi' ? 1 : 0;
  };
}

/** "Raspberry Pi 3 Model B", by the device tree. */
export const model = (): string => readFileSync('/proc/device-tree/model', 'latin1').replace('\0', '');
