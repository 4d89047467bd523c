// Keeps the two cursors in memory, tells of them soon and saves them seldom: at most every second or 500 acknowledgements, and
// at the end. A cursor's page on an SD card is as dear as a scan's; one that is lost costs duplicates.
import type { CursorFile, Cursors } from './cursors.ts';
import type { Timings } from './timings.ts';

export interface KeeperHooks {
  /** The cursors moved; at most each `tellMs`. */
  moved(cursors: Cursors): void;
  /** Saving failed (a message) or works again; on changes only. */
  failing(message: string | undefined): void;
}

export class CursorKeeper {
  readonly #file: CursorFile;
  readonly #timings: Pick<Timings, 'tellMs' | 'saveMs' | 'saveEvery'>;
  readonly #hooks: KeeperHooks;
  #epoch = '';
  #cursors: Cursors = { sent: 0, receipted: 0 };
  #unsaved = 0;
  #saving: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  #failing = false;

  constructor(file: CursorFile, timings: Pick<Timings, 'tellMs' | 'saveMs' | 'saveEvery'>, hooks: KeeperHooks) {
    this.#file = file;
    this.#timings = timings;
    this.#hooks = hooks;
  }

  get cursors(): Cursors {
    return this.#cursors;
  }

  /**
   * Turns to the journal of this epoch. Cursors beyond its head cannot be true (an older copy of the journal was put back) and
   * would hide rows for ever: they are cut, and true is returned.
   */
  turnTo(epoch: string, head: number): boolean {
    this.flush();
    const stored = this.#file.read(epoch);
    this.#epoch = epoch;
    this.#cursors = { sent: Math.min(stored.sent, head), receipted: Math.min(stored.receipted, head) };
    // After a restart nothing may move for hours, and whoever listens would know of none.
    this.#hooks.moved(this.#cursors);
    return stored.sent > head || stored.receipted > head;
  }

  /** Cursors only grow. */
  advance(cursors: Partial<Cursors>): void {
    const sent = Math.max(this.#cursors.sent, cursors.sent ?? 0);
    const receipted = Math.max(this.#cursors.receipted, cursors.receipted ?? 0);
    if (sent === this.#cursors.sent && receipted === this.#cursors.receipted) return;
    this.#cursors = { sent, receipted };
    this.#unsaved += 1;
    this.#telling ??= setTimeout(() => this.#tell(), this.#timings.tellMs);
    if (this.#unsaved >= this.#timings.saveEvery) this.#save();
    else this.#saving ??= setTimeout(() => this.#save(), this.#timings.saveMs);
  }

  /** Saves and tells what is still to be. */
  flush(): void {
    this.#save();
    if (this.#telling !== undefined) this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#hooks.moved(this.#cursors);
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    if (this.#unsaved === 0) return;
    try {
      this.#file.save(this.#epoch, this.#cursors);
      this.#unsaved = 0;
      if (this.#failing) this.#hooks.failing(undefined);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        this.#hooks.failing(`the uplink's cursors cannot be saved (${String(error)}): free space on the data disk`);
      this.#failing = true;
    }
  }
}
