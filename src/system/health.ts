// The numbers of `health` that the machine and the gate know: clock, disk and its wear, voltage, temperature, certificates, answers.

import type { ListName, Lists, Moment } from '../admission/ports.ts';
import { certificateEndMs } from './certificates.ts';
import { kernelClockOffsetMs } from './clock.ts';
import { diskSpace } from './disk.ts';
import { underVoltage } from './power.ts';
import { storageMedium } from './storage-medium.ts';
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
  /** By what each is for (`client`, `ca`), the certificates whose end is worth a word. */
  readonly certificates: Readonly<Record<string, string | undefined>>;
}

/** What is known of flash and supply; each is absent where the machine does not tell. */
export function bodySigns(dataFolder: string) {
  const medium = storageMedium(dataFolder);
  const under = underVoltage();
  return {
    ...(under === undefined ? {} : { power: { underVoltage: under } }),
    ...(medium === undefined ? {} : { storage: medium }),
  };
}

const DAY_MS = 86_400_000;

/** Whole days until each certificate ends, negative after it; a file that can't be read is absent: the uplink tells of it. */
export function certificateDays(files: HealthSources['certificates'], nowMs: number): Record<string, number> {
  const days: Record<string, number> = {};
  for (const [purpose, file] of Object.entries(files)) {
    try {
      if (file !== undefined) days[purpose] = Math.floor((certificateEndMs(file) - nowMs) / DAY_MS);
    } catch {
      continue;
    }
  }
  return days;
}

/** What a sensor or the kernel does not tell is absent. Rejects where the data folder is gone. */
export async function gatherHealth(moment: Moment, sources: HealthSources): Promise<object> {
  const { vitals, dataFolder, lists, certificates } = sources;
  const [disk, temperature] = await Promise.all([diskSpace(dataFolder), temperatureC()]);
  const offsetMs = kernelClockOffsetMs();
  return {
    at: moment.text,
    uptimeSeconds: Math.round(process.uptime()),
    ...vitals.signs(moment.monotonicMs),
    disk,
    ...(temperature === undefined ? {} : { temperatureC: temperature }),
    ...bodySigns(dataFolder),
    certificateDays: certificateDays(certificates, moment.wallMs),
    lists: listAges(lists, moment),
    clock: { state: moment.state, ...(offsetMs === undefined ? {} : { offsetMs }) },
  };
}
