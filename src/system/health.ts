// The numbers of `health` that the machine and the gate know: clock, disk, temperature, answers, latency.

import type { ListName, Lists, Moment } from '../admission/ports.ts';
import { kernelClockOffsetMs } from './clock.ts';
import { diskSpace } from './disk.ts';
import { temperatureC } from './temperature.ts';
import type { Vitals } from './vitals.ts';

const LISTS: readonly ListName[] = ['roster', 'revoked', 'keys', 'policy'];

/** Version and age of each list that counts; one that is missing or expired is absent. */
function listAges(lists: Lists, { wallMs }: Moment): object {
  return Object.fromEntries(
    LISTS.flatMap((list) => {
      const info = lists.info(list, wallMs);
      if (info === undefined) return [];
      return [[list, { version: info.version, ageSeconds: Math.round((wallMs - info.issuedMs) / 1000) }] as const];
    }),
  );
}

/** What the numbers are taken from. */
export interface HealthSources {
  readonly vitals: Vitals;
  readonly dataFolder: string;
  readonly lists: Lists;
}

/** What a sensor or the kernel does not tell is absent. Rejects where the data folder is gone. */
export async function gatherHealth(moment: Moment, { vitals, dataFolder, lists }: HealthSources): Promise<object> {
  const [disk, temperature] = await Promise.all([diskSpace(dataFolder), temperatureC()]);
  const offsetMs = kernelClockOffsetMs();
  return {
    at: moment.text,
    uptimeSeconds: Math.round(process.uptime()),
    ...vitals.signs(moment.monotonicMs),
    disk,
    ...(temperature === undefined ? {} : { temperatureC: temperature }),
    lists: listAges(lists, moment),
    clock: { state: moment.state, ...(offsetMs === undefined ? {} : { offsetMs }) },
  };
}
