// The numbers of `health` that the machine and the gate know: clock, disk, temperature, answers, latency.

import type { Moment } from '../admission/ports.ts';
import { kernelClockOffsetMs } from './clock.ts';
import { diskSpace } from './disk.ts';
import { temperatureC } from './temperature.ts';
import type { Vitals } from './vitals.ts';

/** What a sensor or the kernel does not tell is absent. Rejects where the data folder is gone. */
export async function gatherHealth(moment: Moment, vitals: Vitals, dataFolder: string): Promise<object> {
  const [disk, temperature] = await Promise.all([diskSpace(dataFolder), temperatureC()]);
  const offsetMs = kernelClockOffsetMs();
  return {
    at: moment.text,
    uptimeSeconds: Math.round(process.uptime()),
    ...vitals.signs(moment.monotonicMs),
    disk,
    ...(temperature === undefined ? {} : { temperatureC: temperature }),
    lists: {},
    clock: { state: moment.state, ...(offsetMs === undefined ? {} : { offsetMs }) },
  };
}
