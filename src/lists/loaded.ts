// Lists for a command that only looks: the folder's, verified whole and held in memory, and the data folder's copy; of each list
// the higher version. Nothing is stored, and a list that is untrusted, for another site or expired counts as absent.

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { HolderPolicy, ListName, Lists, RosterEntry } from '../admission/ports.ts';
import type { PublicJwk } from '../system/secrets.ts';
import { MOST_LIST_BYTES } from './jws.ts';
import { readList, type SignedList } from './read-list.ts';
import { Shelf } from './shelf.ts';
import { isVouched } from './store.ts';

export interface LoadOptions {
  /** `trust.lists` */
  readonly folder?: string | undefined;
  /** The data folder whose copy counts too; absent: none. */
  readonly dataFolder?: string | undefined;
  readonly site: string;
  /** The trust file's keys. */
  readonly issuers: readonly PublicJwk[];
  /** As if the clock showed this, milliseconds since 1970. */
  readonly atMs: number;
}

export interface LoadedLists extends Lists {
  /** What the `keys` list adds to the issuers. */
  readonly keys: readonly PublicJwk[];
  /** Everybody on the roster. @throws SqliteError */
  roster(): Iterable<RosterEntry>;
  close(): void;
}

type Found = ReadonlyMap<ListName, SignedList>;

/** Never throws: what cannot be read is absent. */
export function loadLists(options: LoadOptions): LoadedLists {
  const { dataFolder, site, atMs } = options;
  const ignore = (): void => undefined;
  const roots = () => options.issuers;
  const shelf =
    dataFolder === undefined
      ? undefined
      : new Shelf({ dataFolder, site, now: () => atMs, roots, onDamage: ignore, onFault: ignore });
  shelf?.refresh();
  const issuers = [...options.issuers, ...(shelf?.keys() ?? [])];
  const found = new Map<ListName, SignedList>();
  let keys = shelf?.keys() ?? [];
  for (const list of ['keys', 'policy', 'revoked', 'roster'] as const) {
    const all = [...issuers, ...keys];
    const read = readFrom(options, list, all);
    const stored = shelf?.info(list, atMs) && shelf.stored(list);
    const holds = stored !== undefined && isVouched(list, stored, { issuers: all, roots: options.issuers });
    if (read === undefined || (holds && read.version <= stored.version)) continue;
    found.set(list, read);
    if (read.content.list === 'keys') keys = read.content.entries;
  }
  return { ...inMemory(found, shelf), keys, close: () => shelf?.close() };
}

function inMemory(found: Found, shelf: Shelf | undefined): Omit<LoadedLists, 'keys' | 'close'> {
  const content = (list: ListName) => found.get(list)?.content;
  const [roster, revoked, policy] = [content('roster'), content('revoked'), content('policy')];
  const entries = roster?.list === 'roster' ? new Map(roster.entries.map((entry) => [entry.ref, entry])) : undefined;
  const refs = revoked?.list === 'revoked' ? new Set(revoked.entries.map(({ ref }) => ref)) : undefined;
  const policies =
    policy?.list === 'policy'
      ? new Map<string, HolderPolicy>(policy.entries.map(({ holder, ...rules }) => [holder, rules]))
      : undefined;
  return {
    info: (list, wallMs) => {
      const read = found.get(list);
      if (read === undefined) return shelf?.info(list, wallMs);
      return read.expiresMs > wallMs ? read : undefined;
    },
    rosterEntry: (ref) => (entries === undefined ? shelf?.rosterEntry(ref) : entries.get(ref)),
    isRevoked: (ref) => (refs === undefined ? (shelf?.isRevoked(ref) ?? false) : refs.has(ref)),
    holderPolicy: (holder) => (policies === undefined ? shelf?.holderPolicy(holder) : policies.get(holder)),
    roster: () => entries?.values() ?? shelf?.roster() ?? [],
  };
}

function readFrom(options: LoadOptions, list: ListName, issuers: readonly PublicJwk[]): SignedList | undefined {
  const bytes = options.folder === undefined ? undefined : bytesOf(join(options.folder, `${list}.jws`));
  if (bytes === undefined) return undefined;
  const { site, atMs } = options;
  // Asking about the past is no fault of the list.
  const reading = readList(bytes, { list, site, issuers, nowMs: atMs, mostAheadMs: Number.POSITIVE_INFINITY });
  return reading.ok ? reading.list : undefined;
}

/** Undefined for what is not there, no file, unreadable or too large. */
function bytesOf(file: string): Buffer | undefined {
  try {
    // Opening a FIFO would wait for its other end.
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = fstatSync(fd);
      return found.isFile() && found.size <= MOST_LIST_BYTES ? readFileSync(fd) : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
