// The folder of signed lists, `{list}.jws`: looked at when asked, when it changes and each minute, for file systems that do not
// tell. A file that is still being written is left until it is whole.

import { type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';

import type { ListName } from '../admission/ports.ts';
import type { RefusalReason } from './refusal.ts';
import type { SwapOutcome } from './swap.ts';

/** `keys` first: what follows may be signed by one of them. */
const ORDER: readonly ListName[] = ['keys', 'policy', 'revoked', 'roster'];

/** A file changed less than this ago may be half-written: what looks cut then is tried again. */
const YOUNG_MS = 2_000;
const SETTLE_MS = 300;

/** What a half-written file looks like. */
const CUT: readonly RefusalReason[] = ['malformed', 'unsigned', 'bad-signature'];

/** Takes a file over; refusals that `passing` knows are neither told nor remembered. */
export type TakeFile = (list: ListName, file: string, passing: (reason: RefusalReason) => boolean) => Promise<SwapOutcome>;

export class ListFolder {
  readonly #folder: string;
  readonly #take: TakeFile;
  /** What was seen last: device, inode, size and time of each file. */
  readonly #seen = new Map<ListName, string>();
  #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #firstLook = true;
  #closed = false;

  constructor(folder: string, take: TakeFile) {
    this.#folder = folder;
    this.#take = take;
  }

  /** Takes over what is new; resolves when that is done. Never rejects. */
  async look(): Promise<void> {
    if (this.#closed) return;
    this.#watch();
    this.#lookAgain = this.#looking !== undefined;
    this.#looking ??= this.#round().finally(() => {
      this.#looking = undefined;
      this.#firstLook = false;
      if (this.#lookAgain) void this.look();
    });
    await this.#looking;
  }

  /** Everything counts as new at the next look. */
  forget(): void {
    this.#seen.clear();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#settling);
    this.#watcher?.close();
  }

  async #round(): Promise<void> {
    const first = this.#firstLook;
    for (const list of ORDER) {
      const file = join(this.#folder, `${list}.jws`);
      const found = stateOf(file);
      if (found === undefined) this.#seen.delete(list);
      if (found === undefined || this.#seen.get(list) === found.state || this.#closed) continue;
      this.#seen.set(list, found.state);
      const young = (): boolean => Math.abs(Date.now() - found.changedMs) < YOUNG_MS;
      const outcome = await this.#take(list, file, (reason) => {
        // An older list than the stored one was told of when it came; at each start it would be again.
        return (CUT.includes(reason) && young()) || (first && reason === 'not-newer');
      });
      if (outcome.outcome === 'refused' && CUT.includes(outcome.refusal.reason) && young()) {
        this.#seen.delete(list);
        this.#settle();
      }
    }
  }

  /** A folder that is not there yet, or not any more, is tried again with the next look. */
  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = watch(this.#folder, { persistent: false }, () => this.#settle());
      this.#watcher = watcher;
      watcher.on('error', () => {
        watcher.close();
        this.#watcher = undefined;
      });
    } catch {
      // Nothing to watch.
    }
  }

  /** Looks once no more changes come for a moment. */
  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.look(), SETTLE_MS);
    this.#settling.unref();
  }
}

/** Undefined where there is no such file, or something that is none: reading a pipe could wait for ever. */
function stateOf(file: string): { readonly state: string; readonly changedMs: number } | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found?.isFile()) return undefined;
    return { state: [found.dev, found.ino, found.size, found.mtimeMs].join(' '), changedMs: found.mtimeMs };
  } catch {
    return undefined;
  }
}
