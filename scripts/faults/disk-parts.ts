// What can become of the disk under a reader, and the rounds that are played with each: sound, spoilt, mended.

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type DiskPlace, type DiskStage, onDisk } from './disk-stage.ts';
import type { Context, Figures } from './experiment.ts';
import { FAILING_FLUSHES, FAILING_WRITES, Meddler, READ_ONLY, SOUND } from './meddler.ts';
import { between } from './random.ts';
import { smallDisk } from './small-disk.ts';

interface Spoiler {
  /** Makes it fail. True: from now on nothing can be recorded; false: some can. */
  spoil(random: () => number): boolean;
  mend(): void;
  /** What it did, for people; undefined while it did nothing. */
  did(): string | undefined;
}

export interface DiskPart {
  readonly name: string;
  play(place: Omit<DiskPlace, 'name' | 'daemon'>, library: string): Promise<Figures>;
}

const DISK_BYTES = 3 * 1_048_576;
/** From less than a commit takes to more than the write-ahead log grows to. */
const LEFT_BYTES_MOST = 192 * 1024;
const SPOILT_CODES = { least: 5, most: 40 };
/** On a disk that is filling up it takes some hundred codes until it is full; where nothing can be recorded one is enough. */
const CODES_MOST = { some: 1_000, nothing: SPOILT_CODES.most };

export const FULL: DiskPart = {
  name: 'full',
  async play(place) {
    const folder = join(place.context.folder, `data-${FULL.name}`);
    const disk = await smallDisk(folder, DISK_BYTES);
    let times = 0;
    const spoiler: Spoiler = {
      spoil(random) {
        disk.fill(random() < 0.3 ? 0 : between(random, 1, LEFT_BYTES_MOST));
        times += 1;
        return false;
      },
      mend: () => disk.free(),
      did: () => (times === 0 ? undefined : `filled ${times} times`),
    };
    try {
      return await rounds({ ...place, name: FULL.name, daemon: { through: disk.through } }, spoiler);
    } finally {
      await disk.close();
    }
  },
};

export const WRITES = meddled('failing-writes', {
  spoil(meddler, random) {
    const every = random() < 0.3 ? 1 : between(random, 2, 12);
    meddler.order(FAILING_WRITES(every));
    return every === 1;
  },
  did: (meddler) => `${meddler.read('failedWrites')} of ${meddler.read('writes')} writes failed`,
  met: (meddler) => meddler.read('failedWrites') > 0,
});

export const FLUSHES = meddled('failing-flushes', {
  spoil(meddler) {
    meddler.order(FAILING_FLUSHES);
    return true;
  },
  did: (meddler) => `${meddler.read('failedSyncs')} of ${meddler.read('syncs')} flushes failed`,
  met: (meddler) => meddler.read('failedSyncs') > 0,
});

export const READONLY = meddled('read-only', {
  spoil(meddler) {
    meddler.order(READ_ONLY);
    return true;
  },
  did: (meddler) => `${meddler.read('failedWrites') + meddler.read('failedOpens')} writes and openings refused`,
  met: (meddler) => meddler.read('failedWrites') + meddler.read('failedOpens') > 0,
});

const NAPS_MS = [300, 1_000, 3_000];

/** Seconds for each flush: slow, and nothing else. What is shown waits for it. */
export const SLOW: DiskPart = {
  name: 'slow',
  play: (place, library) =>
    withMeddler('slow', place, library, (daemon, meddler) =>
      onDisk({ ...place, name: 'slow', daemon }, async (stage) => {
        let least = Number.POSITIVE_INFINITY;
        for (let round = 0; round < place.context.rounds; round += 1) {
          await stage.scan((codes) => codes >= between(place.context.random, 5, 30));
          const napMs = NAPS_MS[round % NAPS_MS.length] ?? 0;
          meddler.order({ syncMs: napMs });
          for (let code = 0; code < 3; code += 1) {
            const startedMs = performance.now();
            await stage.present(stage.reader.nextCode().bytes);
            least = Math.min(least, (performance.now() - startedMs) / napMs);
          }
          meddler.order(SOUND);
          if (stage.failed.size > 0) stage.broken.push('a slow disk was taken for a broken one');
        }
        if (least < 1) stage.broken.push(`a scan was shown after ${least.toFixed(2)} of the time that a flush takes`);
        return await stage.figures(place.context.rounds, [`up to ${Math.max(...NAPS_MS)} ms a flush`]);
      }),
    ),
};

interface Meddling {
  spoil(meddler: Meddler, random: () => number): boolean;
  did(meddler: Meddler): string;
  met(meddler: Meddler): boolean;
}

function meddled(name: string, { spoil, did, met }: Meddling): DiskPart {
  return {
    name,
    play: (place, library) =>
      withMeddler(name, place, library, (daemon, meddler) =>
        rounds(
          { ...place, name, daemon },
          {
            spoil: (random) => spoil(meddler, random),
            mend: () => meddler.order(SOUND),
            did: () => (met(meddler) ? did(meddler) : undefined),
          },
        ),
      ),
  };
}

async function withMeddler(
  name: string,
  { context }: { readonly context: Context },
  library: string,
  play: (daemon: { environment: NodeJS.ProcessEnv }, meddler: Meddler) => Promise<Figures>,
): Promise<Figures> {
  const folder = realpathSync(context.folder);
  const meddler = new Meddler({ library, file: join(folder, `${name}.orders`), meddled: join(folder, `data-${name}`) });
  try {
    return await play({ environment: meddler.environment }, meddler);
  } finally {
    meddler.close();
  }
}

async function rounds(place: DiskPlace, spoiler: Spoiler): Promise<Figures> {
  const { context, name } = place;
  return await onDisk(place, async (stage) => {
    let kills = 0;
    for (let round = 0; round < context.rounds && !context.signal.aborted; round += 1) {
      await spoilt(stage, spoiler, context.random);
      if (round % 2 === 0) {
        // At once: what the journal itself tries later would cover what the last scan left.
        await stage.reader.kill();
        kills += 1;
        spoiler.mend();
        await stage.reader.start();
      } else {
        if (!stage.lastGranted) await stage.hears('degraded');
        spoiler.mend();
      }
      await stage.hears('ready');
      await stage.again(3);
      context.say(`${name}: ${round + 1} of ${context.rounds}, ${stage.reader.shown.size} shown`);
    }
    const did = spoiler.did();
    if (did === undefined || stage.turnedAway === 0) stage.broken.push('it met no trouble');
    return await stage.figures(context.rounds, [did ?? 'nothing done', `${kills} times killed while it was spoilt`]);
  });
}

/** Scans on a sound disk, spoils it and scans on until somebody was turned away. */
async function spoilt(stage: DiskStage, spoiler: Spoiler, random: () => number): Promise<void> {
  const sound = between(random, SPOILT_CODES.least, SPOILT_CODES.most);
  const before = stage.turnedAway;
  await stage.scan((codes) => codes >= sound);
  if (stage.turnedAway > before) stage.broken.push('somebody was turned away on a sound disk');
  const shown = stage.reader.shown.size;
  const nothing = spoiler.spoil(random);
  const least = between(random, SPOILT_CODES.least, SPOILT_CODES.most);
  const most = nothing ? CODES_MOST.nothing : CODES_MOST.some;
  await stage.scan((codes) => codes >= most || (codes >= least && stage.turnedAway > before));
  const granted = stage.reader.shown.size - shown;
  if (nothing && granted > 0) stage.broken.push(`${granted} were let in although nothing could be recorded`);
}
