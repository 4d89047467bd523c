// The stored lists as the gate looks things up in them: what is known of each list in memory, the entries in the file. Guarantees:
// a lookup loads one entry and never throws; a list that is missing, expired or for another site is absent.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { HolderPolicy, ListInfo, ListName, Lists, RosterEntry } from '../admission/ports.ts';
import type { PublicJwk } from '../system/secrets.ts';
import { isDamage, isVouched, ListReader, LISTS_FILE, type StoredList } from './store.ts';

export interface ShelfOptions {
  readonly dataFolder: string;
  readonly site: string;
  /** The wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** See `Vouchers`. */
  readonly roots: () => readonly PublicJwk[];
  /** The file is damaged; nothing is looked up any more until `refresh`. */
  readonly onDamage: () => void;
  /** The file cannot be read for another reason (a message), or can again. On changes only. */
  readonly onFault: (message: string | undefined) => void;
}

export class Shelf implements Lists {
  readonly #options: ShelfOptions;
  #reader: ListReader | undefined;
  #infos: ReadonlyMap<ListName, StoredList> = new Map();
  #policies: ReadonlyMap<string, HolderPolicy> = new Map();
  #fault: string | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#reader !== undefined;
  }

  /** Learns what the file holds now; opens it where it is not open. A file that is not there holds nothing. */
  refresh(): void {
    const { dataFolder, site } = this.#options;
    this.#attempt(undefined, () => {
      if (this.#reader === undefined && !existsSync(join(dataFolder, LISTS_FILE))) return;
      const reader = (this.#reader ??= new ListReader(dataFolder));
      const here = reader.lists().filter((one) => one.site === site);
      this.#infos = new Map(here.map((one) => [one.list, one]));
      this.#policies = this.#infos.has('policy') ? reader.policies() : new Map();
    });
  }

  info(list: ListName, wallMs: number): ListInfo | undefined {
    const stored = this.#infos.get(list);
    return stored !== undefined && stored.expiresMs > wallMs ? stored : undefined;
  }

  rosterEntry(ref: string): RosterEntry | undefined {
    return this.#isThere('roster') ? this.#attempt(undefined, () => this.#reader?.rosterEntry(ref)) : undefined;
  }

  isRevoked(ref: string): boolean {
    // What cannot be looked up could be revoked.
    return this.#isThere('revoked') && this.#attempt(true, () => this.#reader?.isRevoked(ref) ?? true);
  }

  holderPolicy(holder: string): HolderPolicy | undefined {
    return this.#isThere('policy') ? this.#policies.get(holder) : undefined;
  }

  /** What is stored under this name, whether or not it counts. */
  stored(list: ListName): StoredList | undefined {
    return this.#infos.get(list);
  }

  /** The keys of the `keys` list; none where it is absent, or nobody vouches for it any more. */
  keys(): readonly PublicJwk[] {
    const [stored, roots] = [this.#infos.get('keys'), this.#options.roots()];
    const counts = stored !== undefined && isVouched('keys', stored, { issuers: [], roots });
    return counts && this.#isThere('keys') ? this.#attempt([], () => this.#reader?.keys() ?? []) : [];
  }

  /** Everybody on the roster, in the order of the refs, one at a time; nobody where it is absent. @throws SqliteError */
  *roster(): Generator<RosterEntry> {
    if (this.#isThere('roster') && this.#reader !== undefined) yield* this.#reader.roster();
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#infos = new Map();
    this.#policies = new Map();
  }

  #isThere(list: ListName): boolean {
    return this.info(list, this.#options.now()) !== undefined;
  }

  #attempt<T>(otherwise: T, look: () => T): T {
    try {
      const found = look();
      this.#tell(undefined);
      return found;
    } catch (error) {
      // A body that is no JSON was not written by this program.
      if (isDamage(error) || error instanceof SyntaxError) {
        this.close();
        this.#options.onDamage();
      } else {
        this.#tell(`the signed lists cannot be read (${error instanceof Error ? error.message : 'unknown'}): check the disk`);
      }
      return otherwise;
    }
  }

  #tell(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#options.onFault(fault);
  }
}
