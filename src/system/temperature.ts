// The processor's temperature, where the board has a sensor.

import { readFile } from 'node:fs/promises';

/** The first thermal zone of the kernel; on a Raspberry Pi the processor's. */
const ZONE = '/sys/class/thermal/thermal_zone0/temp';

/** Degrees Celsius, or `undefined` without a sensor that answers (a virtual machine, a zone that is switched off). */
export async function temperatureC(zone = ZONE): Promise<number | undefined> {
  try {
    const millidegrees = (await readFile(zone, 'utf8')).trim();
    return /^-?\d+$/u.test(millidegrees) ? Number(millidegrees) / 1_000 : undefined;
  } catch {
    return undefined;
  }
}
