// What stands between a daemon and its disk and clock: a small library of the bench's own (meddler.c), compiled at run time and
// loaded before the C library. It fails, waits or lies on order, and counts what it did: what met no trouble proves nothing.

import { closeSync, existsSync, openSync, readSync, realpathSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../vm/command.ts';

/** The places of meddler.c's `struct orders`, in its order. */
const PLACES = [
  'writeErrno',
  'writeEvery',
  'syncErrno',
  'syncEvery',
  'syncMs',
  'openErrno',
  'wallMs',
  'discipline',
  'writes',
  'failedWrites',
  'syncs',
  'failedSyncs',
  'failedOpens',
  'wrongTimes',
] as const;
type Place = (typeof PLACES)[number];
type Orders = Readonly<Partial<Record<Place, number>>>;

/** A disk that works. */
export const SOUND: Orders = { writeErrno: 0, writeEvery: 1, syncErrno: 0, syncEvery: 1, syncMs: 0, openErrno: 0 };

const { EIO, EROFS } = constants.errno;
export const FAILING_WRITES = (every: number): Orders => ({ writeErrno: EIO, writeEvery: every });
export const FAILING_FLUSHES: Orders = { syncErrno: EIO, syncEvery: 1 };
/** As a kernel leaves a card that failed: what is open for writing is not any more, and nothing can be opened so. */
export const READ_ONLY: Orders = { writeErrno: EROFS, syncErrno: EROFS, openErrno: EROFS };

/** `discipline`: as adjtimex is to tell it. */
export const CLOCK = { kernel: 0, synchronised: 1, unsynchronised: 2 } as const;

const SOURCE = fileURLToPath(new URL('meddler.c', import.meta.url));
const NUMBER_BYTES = 8;

/** Why there can't be one here. */
export const unableToMeddle = (): string | undefined =>
  ['/usr/bin/cc', '/usr/local/bin/cc'].some((file) => existsSync(file)) ? undefined : 'no C compiler (cc)';

/** Compiles it into `folder`; the library's file. @throws Error with the compiler's words */
export function buildMeddler(folder: string): string {
  const library = join(realpathSync(folder), 'meddler.so');
  command('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror', '-o', library, SOURCE]);
  return library;
}

export class Meddler {
  /** For the daemon. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #orders: number;

  /** @param meddled the folder whose files fail; real path */
  constructor({ library, file, meddled }: { readonly library: string; readonly file: string; readonly meddled: string }) {
    this.#orders = openSync(file, 'w+');
    writeSync(this.#orders, Buffer.alloc(PLACES.length * NUMBER_BYTES));
    this.environment = { LD_PRELOAD: library, MEDDLER_ORDERS: file, MEDDLER_FOLDER: meddled };
  }

  /** From now on; what is not named stays. */
  order(orders: Orders): void {
    for (const [place, value] of Object.entries(orders)) {
      const bytes = Buffer.alloc(NUMBER_BYTES);
      bytes.writeBigInt64LE(BigInt(value));
      writeSync(this.#orders, bytes, 0, NUMBER_BYTES, PLACES.indexOf(place as Place) * NUMBER_BYTES);
    }
  }

  /** What was counted, or ordered, so far. */
  read(place: Place): number {
    const bytes = Buffer.alloc(NUMBER_BYTES);
    readSync(this.#orders, bytes, 0, NUMBER_BYTES, PLACES.indexOf(place) * NUMBER_BYTES);
    return Number(bytes.readBigInt64LE());
  }

  close(): void {
    closeSync(this.#orders);
  }
}
