// LEDs that are no hardware: the kernel's uleds. Programs see /sys/class/leds/LABEL with the kernel's own triggers; a test reads
// which brightness the kernel would give to the hardware.
//
// On /dev/uleds (linux/uleds.h): out 0 name[64] | 64 i32 highest brightness; in: i32 brightness, each time it changes

import { constants, openSync, readSync, writeSync } from 'node:fs';

export interface UserLed {
  readonly label: string;
  /** What is lit now; 1 for any brightness above 0. */
  level(): 0 | 1;
}

const NAME_BYTES = 64;
const BRIGHTNESS_MAX = 255;

/** Makes a LED that lives as long as this process; needs the module uleds. */
export function makeUserLed(label: string): UserLed {
  const fd = openSync('/dev/uleds', constants.O_RDWR | constants.O_NONBLOCK);
  const plan = Buffer.alloc(NAME_BYTES + 4);
  plan.write(label, 0, NAME_BYTES - 1, 'latin1');
  plan.writeInt32LE(BRIGHTNESS_MAX, NAME_BYTES);
  writeSync(fd, plan);
  let brightness = 0;
  return {
    label,
    level() {
      brightness = readNow(fd) ?? brightness;
      return brightness > 0 ? 1 : 0;
    },
  };
}

/** The newest brightness, if it changed since it was last read. */
function readNow(fd: number): number | undefined {
  const into = Buffer.alloc(4);
  try {
    readSync(fd, into);
    return into.readInt32LE(0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}
