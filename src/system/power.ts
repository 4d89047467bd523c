// Whether the board gets enough voltage: a weak supply or cable is what makes a Raspberry Pi lose its SD card.
//
// Mainline and current kernels: the hwmon device named `rpi_volt` has in0_lcrit_alarm, 1 while the firmware saw too little in the
// last two seconds (Linux, drivers/hwmon/raspberrypi-hwmon.c). Raspberry Pi's older kernels: get_throttled of the firmware's node,
// hexadecimal without 0x, bit 0 now and bit 16 since it was last cleared (drivers/firmware/raspberrypi.c of that tree).

import { type Sysfs, sysfs } from './sysfs.ts';

const HWMON = 'class/hwmon';
const OLDER = 'devices/platform/soc/soc:firmware/get_throttled';
const NOW = 0x1;
const SINCE = 0x10000;

/** Undefined on a board that does not tell. */
export function underVoltage(sys: Sysfs = sysfs()): boolean | undefined {
  return fromHwmon(sys) ?? fromFirmware(sys);
}

function fromHwmon(sys: Sysfs): boolean | undefined {
  try {
    const device = sys.list(HWMON).find((name) => readOrNothing(sys, `${HWMON}/${name}/name`) === 'rpi_volt');
    const alarm = device && readOrNothing(sys, `${HWMON}/${device}/in0_lcrit_alarm`);
    return alarm === undefined ? undefined : alarm === '1';
  } catch {
    return undefined;
  }
}

function fromFirmware(sys: Sysfs): boolean | undefined {
  const text = readOrNothing(sys, OLDER);
  if (text === undefined || !/^[0-9a-f]+$/iu.test(text)) return undefined;
  return (Number.parseInt(text, 16) & (NOW | SINCE)) !== 0;
}

/** Undefined where the attribute is not there, or does not answer. */
export function readOrNothing(sys: Sysfs, path: string): string | undefined {
  try {
    return sys.read(path);
  } catch {
    return undefined;
  }
}
