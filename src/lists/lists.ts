// The signed lists of this reader: offered by the broker or found in a folder, taken over by a worker, looked up from the file.
// Guarantees: what is not proven is not taken; a list changes whole; the gate never waits for a list.

import type { HolderPolicy, ListInfo, ListName, Lists, RosterEntry } from '../admission/ports.ts';
import { libc } from '../system/libc.ts';
import type { PublicJwk } from '../system/secrets.ts';
import { isListName } from './entries.ts';
import { ListFolder } from './folder.ts';
import type { Refusal, RefusalReason } from './refusal.ts';
import { type Circumstances, RememberedRefusals } from './remembered.ts';
import { Shelf } from './shelf.ts';
import { setAside } from './store.ts';
import { startSwap, type Swap, type SwapOrder, type SwapOutcome } from './swap.ts';

export interface ListsOptions {
  readonly dataFolder: string;
  /** `trust.lists`; absent: lists come over MQTT alone. */
  readonly folder?: string | undefined;
  readonly site: string;
  /** The wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** Whose signatures count now. */
  readonly issuers: () => readonly PublicJwk[];
  /** Those of them that no list added: a list `keys` counts for as long as one of these vouches for it. */
  readonly roots: () => readonly PublicJwk[];
}

/** How the lists tell what happens; called from the main thread's event loop. */
export interface ListHooks {
  taken(list: ListName, version: number): void;
  /** Once for the same bytes and reason. */
  refused(list: ListName | 'unknown', refusal: Refusal): void;
  /** The keys of the `keys` list: at the start, when they change, and none once that list is over. */
  keys(keys: readonly PublicJwk[]): void;
  /** A list was refused or missed for a reason that has gone: who has it should offer it again. */
  askAgain(): void;
  /** A damaged store was set aside under this name. */
  setAside(file: string): void;
  /** The store cannot be read or written (a message), or can again. */
  fault(message: string | undefined): void;
}

export interface SignedLists extends Lists {
  /** Judges a list that somebody handed in under a name and takes it over if it is good. Never rejects. Takes the bytes along. */
  offer(name: string, jws: Uint8Array): Promise<SwapOutcome>;
  /** Refuses a list that somebody handed in under a name, too large to be looked at; told once until that list is taken. */
  tooLarge(name: string): Promise<SwapOutcome>;
  /** Settles when what was in the folder at the start has been judged. */
  readonly settled: Promise<void>;
  /** Looks what time, a corrected clock or new keys have changed; it does so itself each minute. */
  recheck(): void;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 60_000;
/** What may wait to be judged; the rest is asked for again. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const MOST_WAITING = 16;
const MOST_UNKNOWN_NAMES = 32;
/** The worker's memory is free by then, but the C library keeps it: tens of megabytes for a large list. */
const TRIM_AFTER_MS = 10_000;

const SAME: SwapOutcome = { outcome: 'same' };

const plain = ({ kty, crv, x }: PublicJwk): PublicJwk => ({ kty, crv, x });

/** Opens what was stored, then looks at the folder. */
export function openLists(options: ListsOptions, hooks: ListHooks): SignedLists {
  return new StoredLists(options, hooks);
}

type Passing = (reason: RefusalReason) => boolean;

class StoredLists implements SignedLists {
  readonly settled: Promise<void>;
  readonly #options: ListsOptions;
  readonly #hooks: ListHooks;
  readonly #shelf: Shelf;
  readonly #remembered = new RememberedRefusals();
  readonly #unknownNames = new Set<string>();
  readonly #folder: ListFolder | undefined;
  readonly #tick: NodeJS.Timeout;
  readonly #faults = new Map<'read' | 'stored', string>();
  #toldKeys = '';
  /** One list after the other. */
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #waitingBytes = 0;
  #missed = false;
  #swap: Swap | undefined;
  #trim: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ListsOptions, hooks: ListHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#shelf = new Shelf({
      ...options,
      // In its turn: a swap may be writing that very file.
      onDamage: () => void this.#enqueue(async () => this.#renew()),
      onFault: (message) => this.#tellFault('read', message),
    });
    const { folder } = options;
    const take = (list: ListName, file: string, passing: Passing) => this.#enqueue(() => this.#take(list, { file }, passing));
    this.#folder = folder === undefined ? undefined : new ListFolder(folder, take);
    this.#shelf.refresh();
    this.#tellKeys();
    this.settled = this.#folder?.look() ?? Promise.resolve();
    this.#tick = setInterval(() => this.recheck(), LOOK_EVERY_MS);
    this.#tick.unref();
  }

  info(list: ListName, wallMs: number): ListInfo | undefined {
    return this.#shelf.info(list, wallMs);
  }

  rosterEntry(ref: string): RosterEntry | undefined {
    return this.#shelf.rosterEntry(ref);
  }

  isRevoked(ref: string): boolean {
    return this.#shelf.isRevoked(ref);
  }

  holderPolicy(holder: string): HolderPolicy | undefined {
    return this.#shelf.holderPolicy(holder);
  }

  async offer(name: string, jws: Uint8Array): Promise<SwapOutcome> {
    const bytes = jws.byteLength;
    if (this.#closed || bytes === 0) return SAME;
    if (!isListName(name)) return this.#refuseName(name);
    if (this.#waiting >= MOST_WAITING || this.#waitingBytes + bytes > MOST_WAITING_BYTES) {
      this.#missed = true;
      return SAME;
    }
    this.#waitingBytes += bytes;
    const outcome = await this.#enqueue(() => this.#take(name, { bytes: jws }));
    this.#waitingBytes -= bytes;
    if (this.#missed && this.#waiting === 0) {
      this.#missed = false;
      this.#hooks.askAgain();
    }
    return outcome;
  }

  async tooLarge(name: string): Promise<SwapOutcome> {
    if (!isListName(name)) return this.#closed ? SAME : this.#refuseName(name);
    const refusal: Refusal = { reason: 'too-large' };
    // In its turn: the one handed in before may be taken yet.
    return await this.#enqueue(async () => {
      if (this.#closed) return SAME;
      this.#refuse(name, refusal, undefined);
      return { outcome: 'refused', refusal };
    });
  }

  recheck(): void {
    if (!this.#shelf.isOpen) this.#shelf.refresh();
    this.#tellKeys();
    if (this.#remembered.passed(this.#circumstances())) this.#again();
    else void this.#folder?.look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#tick);
    clearTimeout(this.#trim);
    this.#folder?.close();
    await this.#swap?.cancel();
    await this.#tail;
    this.#shelf.close();
  }

  async #enqueue<T>(job: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const done = this.#tail.then(job).finally(() => (this.#waiting -= 1));
    this.#tail = done.catch(() => undefined);
    return await done;
  }

  #circumstances(): Circumstances {
    const { now, issuers } = this.#options;
    return {
      nowMs: now(),
      issuers: issuers()
        .map(({ x }) => x)
        .join(' '),
    };
  }

  async #take(list: ListName, source: SwapOrder['source'], passing: Passing = () => false): Promise<SwapOutcome> {
    if (this.#closed) return SAME;
    const { dataFolder, site, issuers, roots } = this.#options;
    const circumstances = this.#circumstances();
    const refused = this.#remembered.standing(list, circumstances);
    const { nowMs } = circumstances;
    const vouchers = { issuers: issuers().map(plain), roots: roots().map(plain) };
    this.#swap = startSwap({ dataFolder, list, site, ...vouchers, nowMs, source, refused });
    const { outcome, setAside: aside } = await this.#swap.answer;
    this.#swap = undefined;
    if (this.#closed) return SAME;
    clearTimeout(this.#trim);
    this.#trim = setTimeout(() => libc()?.mallocTrim(0), TRIM_AFTER_MS).unref();
    if (aside !== undefined) {
      this.#shelf.close();
      this.#hooks.setAside(aside);
    }
    if (outcome.outcome === 'taken') {
      this.#shelf.refresh();
      this.#tellFault('stored', undefined);
      this.#remembered.taken(list);
      this.#hooks.taken(list, outcome.version);
      this.#tellKeys();
    }
    if (outcome.outcome !== 'refused') return outcome;
    const { refusal, sha256 } = outcome;
    if (refusal.reason === 'stored-failed') {
      const detail = refusal.detail ?? 'unknown';
      this.#tellFault('stored', `a signed list could not be stored (${detail}); the one before stays: check the disk`);
    }
    if (!passing(refusal.reason)) this.#refuse(list, refusal, sha256, circumstances);
    return outcome;
  }

  #refuse(list: ListName, refusal: Refusal, sha256: string | undefined, circumstances = this.#circumstances()): void {
    if (this.#remembered.add(list, sha256, refusal, circumstances)) this.#hooks.refused(list, refusal);
  }

  #refuseName(name: string): SwapOutcome {
    if (this.#unknownNames.has(name) || this.#unknownNames.size >= MOST_UNKNOWN_NAMES) return SAME;
    this.#unknownNames.add(name);
    const refusal: Refusal = { reason: 'wrong-list' };
    this.#hooks.refused('unknown', refusal);
    return { outcome: 'refused', refusal };
  }

  #again(): void {
    this.#folder?.forget();
    void this.#folder?.look();
    this.#hooks.askAgain();
  }

  #tellKeys(): void {
    const keys = this.#shelf.keys();
    const told = keys.map(({ x }) => x).join(' ');
    if (told === this.#toldKeys) return;
    this.#toldKeys = told;
    this.#hooks.keys(keys);
    // What an unknown key signed may be known now; not within the taking over of this list.
    setImmediate(() => {
      if (!this.#closed && this.#remembered.passed(this.#circumstances())) this.#again();
    });
  }

  /** Every list is asked for again: what is lost here is elsewhere. */
  async #renew(): Promise<void> {
    if (this.#closed || this.#shelf.isOpen) return;
    this.#hooks.setAside(setAside(this.#options.dataFolder));
    this.#remembered.clear();
    this.#tellKeys();
    this.#again();
  }

  #tellFault(part: 'read' | 'stored', message: string | undefined): void {
    if (this.#faults.get(part) === message) return;
    if (message === undefined) this.#faults.delete(part);
    else this.#faults.set(part, message);
    const told = this.#faults.size === 0 ? undefined : [...this.#faults.values()].join('; ');
    // Never within a lookup.
    setImmediate(() => this.#hooks.fault(told));
  }
}
