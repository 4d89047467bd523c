// What was never delivered of journals that were set aside for their damage: sent from those files, under their own epoch and numbers,
// beside the events of today and after them, one batch at a time. Guarantees: a row that can't be read is passed over and counted, a
// restart goes on where it was, the files are not touched, and without such a file nothing is done.
//
// Nobody sends receipts across what is missing, so that a batch counts as delivered by its PUBACK, with receipts or without.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backoff } from '../system/backoff.ts';
import { Appetite } from './appetite.ts';
import type { ReceiptsPolicy } from './backlog.ts';
import type { CursorFile, Leftover } from './cursors.ts';
import type { LinkLimits } from './link.ts';
import type { ReportFields } from './messages.ts';
import { contractBounds, packetOverheadBytes, type Timings } from './timings.ts';
import { Wreck, type WreckedEvent } from './wreck.ts';

export interface LeftoversOptions {
  readonly dataFolder: string;
  readonly receipts: ReceiptsPolicy;
  /** Retention may have removed what was never sent: what is missing before the first event is then no loss. */
  readonly embedded: boolean;
  readonly timings: Pick<Timings, 'retryFirstMs' | 'retryMostMs'>;
}

export interface LeftoversHooks {
  /** There is something to send. */
  wake(): void;
  report(code: string, fields: ReportFields): void;
}

/** How the journals that were set aside stand, for `health`. */
export interface Aside {
  readonly files: number;
  /** Of them, not yet sent to the end. */
  readonly pending: number;
  /** Events sent from them; of those that had not been delivered, at least so many can't be read. */
  readonly sent: number;
  readonly unreadable: number;
}

interface Batch {
  readonly payload: Buffer;
  readonly rows: number;
  readonly progress: Leftover;
}

interface Current {
  readonly file: string;
  readonly wreck: Wreck;
  progress: Leftover;
  /** What is missing before the next event is a loss. */
  counts: boolean;
}

/** Half of an ordinary batch: what happens now goes first on a slow line. */
const MOST_BYTES = contractBounds.batchBytes / 2;

/** Journals that were set aside, oldest first. */
export const asideIn = (dataFolder: string): string[] =>
  readdirSync(dataFolder)
    .filter((name) => /^damaged-.*journal\.db$/u.test(name))
    .sort();

export class Leftovers {
  readonly #options: LeftoversOptions;
  readonly #file: CursorFile;
  readonly #hooks: LeftoversHooks;
  readonly #appetite = new Appetite(MOST_BYTES);
  #waiting: string[] = [];
  #current: Current | undefined;
  #batch: Batch | undefined;
  #inFlight: number | undefined;
  #limits: LinkLimits | undefined;
  #preparing = false;
  #retry: NodeJS.Timeout | undefined;
  #delays: Iterator<number, never>;

  constructor(options: LeftoversOptions, file: CursorFile, hooks: LeftoversHooks) {
    this.#options = options;
    this.#file = file;
    this.#hooks = hooks;
    this.#delays = this.#newDelays();
  }

  /** Looks for files: after a start, and when a journal was set aside. */
  look(): void {
    try {
      const files = asideIn(this.#options.dataFolder);
      this.#waiting = files.filter((file) => file !== this.#current?.file && this.#file.leftover(file)?.finished !== true);
    } catch {
      // Without the folder there is no journal either, which is told.
    }
    this.#prepare();
  }

  get aside(): Aside | undefined {
    try {
      const files = asideIn(this.#options.dataFolder);
      const known = files.map((file) => this.#file.leftover(file));
      const sum = (count: (leftover: Leftover) => number) => known.reduce((all, one) => all + (one ? count(one) : 0), 0);
      const pending = known.filter((leftover) => leftover?.finished !== true).length;
      const [sent, unreadable] = [sum((one) => one.sent), sum((one) => one.unreadable)];
      return files.length === 0 ? undefined : { files: files.length, pending, sent, unreadable };
    } catch {
      return undefined;
    }
  }

  /** A connection is up. */
  begin(limits: LinkLimits): void {
    this.#limits = limits;
    this.#prepare();
  }

  /** The connection is gone, and what was in flight with it. */
  end(): void {
    if (this.#inFlight !== undefined) this.#tooMuch();
    this.#limits = undefined;
    this.#inFlight = undefined;
    this.#retryNow();
  }

  /** A subscriber came. */
  retryNow(): void {
    this.#retryNow();
    this.#hooks.wake();
  }

  /** A batch to send now, if there is one; tell `started` of it. */
  next(): Buffer | undefined {
    if (this.#limits === undefined || this.#inFlight !== undefined || this.#retry !== undefined) return undefined;
    const { payload, rows } = this.#batch ?? { rows: 0 };
    if (payload === undefined || payload.length <= this.#mostPayload(this.#limits)) return payload;
    // It was made for another connection's limits. A single event that the broker does not take waits for a broker that does.
    if (rows > 1) this.#batch = undefined;
    this.#prepare();
    return undefined;
  }

  started(id: number): void {
    this.#inFlight = id;
  }

  /** True if `id` was such a batch. `unheard`: only a subscriber is missing. */
  acknowledged(id: number, delivered: boolean, unheard: boolean): boolean {
    if (id !== this.#inFlight) return false;
    this.#inFlight = undefined;
    if (delivered) this.#delivered();
    else {
      if (!unheard) this.#tooMuch();
      this.#retry = setTimeout(() => this.retryNow(), this.#delays.next().value);
    }
    return true;
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#limits = undefined;
    this.#waiting = [];
    this.#current?.wreck.close();
    this.#current = undefined;
  }

  #retryNow(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#prepare();
  }

  #delivered(): void {
    if (this.#current && this.#batch) this.#advance(this.#current, this.#batch.progress);
    this.#appetite.delivered();
    this.#batch = undefined;
    this.#delays = this.#newDelays();
    this.#prepare();
  }

  #advance(current: Current, progress: Leftover): void {
    current.progress = progress;
    current.counts = true;
    try {
      this.#file.saveLeftover(current.file, progress);
    } catch {
      // A disk that refuses it costs duplicates after a restart.
    }
  }

  /** The batch in flight failed, maybe for its size. */
  #tooMuch(): void {
    if (this.#batch === undefined || this.#batch.rows === 1) return;
    this.#appetite.failed(this.#batch.payload.length);
    this.#batch = undefined;
  }

  #mostPayload({ maximumPacketBytes }: LinkLimits): number {
    return maximumPacketBytes - packetOverheadBytes;
  }

  /** Makes the next batch ready while there is a connection, and says so. */
  #prepare(): void {
    if (this.#preparing || this.#batch !== undefined || this.#limits === undefined) return;
    if (this.#current === undefined && this.#waiting.length === 0) return;
    this.#preparing = true;
    void this.#prepareOne();
  }

  async #prepareOne(): Promise<void> {
    const ready = await this.#prepared().catch((error: unknown) => this.#giveUp(error));
    this.#preparing = false;
    if (ready) this.#hooks.wake();
    // What was asked for meanwhile.
    else this.#prepare();
  }

  /** A file that nobody expected holds up neither the others nor the events of today; the next start tries it again. */
  #giveUp(error: unknown): false {
    this.#hooks.report('leftovers-closed', { file: this.#current?.file ?? '', cause: String(error) });
    this.#current?.wreck.close();
    this.#current = undefined;
    return false;
  }

  /** False: there is nothing more, or the connection went meanwhile. */
  async #prepared(): Promise<boolean> {
    while (this.#limits !== undefined) {
      this.#current ??= await this.#openNext();
      const current = this.#current;
      if (current === undefined) return false;
      const bytes = Math.min(this.#appetite.bytes, this.#mostPayload(this.#limits));
      const run = await current.wreck.run(current.progress.through, { rows: contractBounds.batchRows, bytes });
      if (this.#current !== current) return false;
      this.#batch = run && batchOf(run, current);
      if (this.#batch !== undefined) return true;
      this.#finish(current);
    }
    return false;
  }

  #finish(current: Current): void {
    this.#advance(current, { ...current.progress, finished: true });
    const { sent, unreadable } = current.progress;
    this.#hooks.report('leftovers-sent', { file: current.file, sent, unreadable });
    current.wreck.close();
    this.#current = undefined;
  }

  async #openNext(): Promise<Current | undefined> {
    for (let file = this.#waiting.shift(); file !== undefined; file = this.#waiting.shift()) {
      try {
        const wreck = await Wreck.open(join(this.#options.dataFolder, file));
        const begun = this.#file.leftover(file);
        const { sent, receipted } = this.#file.read(wreck.epoch ?? '');
        const through = this.#options.receipts === 'required' ? receipted : sent;
        const progress = begun ?? { through, sent: 0, unreadable: 0, finished: false };
        this.#hooks.report('leftovers-begun', { file, epoch: wreck.epoch ?? 'unknown', after: progress.through });
        return { file, wreck, progress, counts: begun !== undefined || (through > 0 && !this.#options.embedded) };
      } catch (error) {
        // Gone, or not ours to read: the next start tries again.
        this.#hooks.report('leftovers-closed', { file, cause: String(error) });
      }
    }
    return undefined;
  }

  #newDelays(): Iterator<number, never> {
    const { retryFirstMs, retryMostMs } = this.#options.timings;
    return backoff({ firstMs: retryFirstMs, maxMs: retryMostMs, random: () => 0 });
  }
}

/** A JSON array of the events' exact bytes, and how far it brings us. */
function batchOf(run: readonly WreckedEvent[], { progress: { through, sent, unreadable }, counts }: Current): Batch | undefined {
  const [first, last] = [run.at(0), run.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const parts = run.flatMap(({ body }, at) => [Buffer.from(at === 0 ? '[' : ','), body]);
  const missed = counts ? first.sequence - through - 1 : 0;
  const progress = { through: last.sequence, sent: sent + run.length, unreadable: unreadable + missed, finished: false };
  return { payload: Buffer.concat([...parts, Buffer.from(']')]), rows: run.length, progress };
}
