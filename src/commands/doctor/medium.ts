// Checks of what the data is kept on: can a flush be believed, how worn is the card, does the board get enough voltage? A flush is
// timed in a file without a name, so that nothing stays.

import { closeSync, constants, fdatasyncSync, openSync, writeSync } from 'node:fs';

import { underVoltage } from '../../system/power.ts';
import { type StorageMedium, storageMedium } from '../../system/storage-medium.ts';
import type { Words } from '../../system/wording.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';
import { standing } from './standing.ts';

/** open(2): O_TMPFILE is this bit and O_DIRECTORY, whose own bit differs between processors. */
const O_TMPFILE = 0o20_000_000 | constants.O_DIRECTORY;
const FLUSHES = 9;
/** Waits of other checks must not be over because of these. */
const MOST_MS = 500;

/**
 * A flush that is faster was none, by physics: a disk of 7,200 turns a minute needs 4 ms for half a turn, flash of a card a few
 * tenths for programming one page. Solid-state disks with capacitors, and virtual ones, may be as fast as they like.
 */
const LEAST_MS: Partial<Record<StorageMedium['kind'], number>> = { rotating: 1, sd: 0.1, emmc: 0.05 };

/** From here on an eMMC is to be replaced soon, and its life is over. */
const WORN = 0.9;
const OVER = 1.1;

export function mediumChecks({ dataFolder, say }: Situation): Check[] {
  const look = () => storageMedium(standing(dataFolder));
  return [
    { name: 'flushes', look: () => flushes(look(), flushMs(standing(dataFolder)), say) },
    { name: 'wear', look: () => wear(look(), say) },
    { name: 'power', look: () => power(underVoltage(), say) },
  ];
}

/**
 * The median of a few flushes of a page, of one at least and no more than `MOST_MS` takes: it holds up every other check. Undefined
 * where the file system has no files without names, or may not be written.
 */
export function flushMs(folder: string, flush: (fd: number) => void = fdatasyncSync): number | undefined {
  try {
    const fd = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o600);
    try {
      const times: number[] = [];
      const endMs = performance.now() + MOST_MS;
      for (let page = 0; page < FLUSHES && (page === 0 || performance.now() < endMs); page++) {
        writeSync(fd, Buffer.alloc(4096, page), 0, 4096, page * 4096);
        const startMs = performance.now();
        flush(fd);
        times.push(performance.now() - startMs);
      }
      return times.toSorted((a, b) => a - b)[times.length >> 1];
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

export function flushes(medium: StorageMedium | undefined, tookMs: number | undefined, say: Words): Finding {
  const took = tookMs === undefined ? '' : `; ${say('doctor.flushes.took', { ms: tookMs.toPrecision(2) })}`;
  if (!medium) return ok(`${say('doctor.flushes.unknown')}${took}`);
  const { kind, device, name, made, writeCache, fileSystem, unsafeOptions } = medium;
  const called = [name, made].filter((text) => text !== undefined).join(', ');
  const what = say(`doctor.flushes.${kind}`, { device: called === '' ? device : `${device} (${called})` });
  const found = `${what}, ${fileSystem}${writeCache === undefined ? '' : `, ${writeCache}`}${took}`;
  if (unsafeOptions.length > 0) {
    const options = unsafeOptions.join(', ');
    return failure(`${found}; ${say('doctor.flushes.unsafe', { options })}`, say('doctor.flushes.unsafe.cure', { options }));
  }
  const leastMs = LEAST_MS[kind];
  if (leastMs === undefined || tookMs === undefined || tookMs >= leastMs) return ok(found);
  return warning(`${found}; ${say('doctor.flushes.fast')}`, say('doctor.flushes.fast.cure'));
}

export function wear(medium: StorageMedium | undefined, say: Words): Finding {
  const { lifeUsed, spares } = medium ?? {};
  if (lifeUsed === undefined && spares === undefined) return ok(say('doctor.wear.unknown'));
  const found = say('doctor.wear', { percent: lifeUsed === undefined ? '?' : Math.round(lifeUsed * 100), spares: spares ?? '?' });
  if (spares === 'urgent' || (lifeUsed ?? 0) >= OVER) return failure(found, say('doctor.wear.over.cure'));
  return spares === 'warning' || (lifeUsed ?? 0) >= WORN ? warning(found, say('doctor.wear.cure')) : ok(found);
}

export function power(under: boolean | undefined, say: Words): Finding {
  if (under === undefined) return ok(say('doctor.power.unknown'));
  return under ? failure(say('doctor.power.under'), say('doctor.power.cure')) : ok(say('doctor.power'));
}
