// Which lists were refused: the same bytes come again with every connection and every look into the folder, and are told of once.
// Some refusals pass: with a new key, a clock set right, room on the disk.

import type { ListName } from '../admission/ports.ts';
import type { Refusal } from './refusal.ts';
import { MOST_AHEAD_MS } from './read-list.ts';

/** What refusals depend on beside the list itself. */
export interface Circumstances {
  readonly nowMs: number;
  /** The keys that count, as one text. */
  readonly issuers: string;
}

interface Refused {
  readonly list: ListName;
  /** Empty where nobody read the bytes. */
  readonly sha256: string;
  readonly refusal: Refusal;
  readonly issuers: string;
}

/** More kinds of nonsense than this are told of again. */
const MOST = 32;

export class RememberedRefusals {
  #refused: Refused[] = [];

  /** @returns whether it is news: false for the same bytes refused for the same reason */
  add(list: ListName, sha256: string | undefined, refusal: Refusal, { issuers }: Circumstances): boolean {
    const one: Refused = { list, sha256: sha256 ?? '', refusal, issuers };
    const same = (other: Refused): boolean => other.list === list && other.sha256 === one.sha256;
    const known = this.#refused.find(same);
    this.#refused = [...this.#refused.filter((other) => !same(other)), one].slice(-MOST);
    return known?.refusal.reason !== refusal.reason;
  }

  /** The hashes of one list that would be refused again. */
  standing(list: ListName, circumstances: Circumstances): string[] {
    return this.#refused.flatMap((one) => (one.list === list && stands(one, circumstances) ? [one.sha256] : []));
  }

  /** Whether one of them may fare better now. */
  passed(circumstances: Circumstances): boolean {
    return this.#refused.some((one) => !stands(one, circumstances));
  }

  /** A list was taken: what was refused in its name is history, but for bytes that are known again. */
  taken(list: ListName): void {
    this.#refused = this.#refused.filter((one) => one.list !== list || one.sha256 !== '');
  }

  clear(): void {
    this.#refused = [];
  }
}

function stands({ refusal, issuers }: Refused, now: Circumstances): boolean {
  switch (refusal.reason) {
    case 'unknown-issuer':
      return issuers === now.issuers;
    case 'expired':
      return (refusal.expiresMs ?? 0) <= now.nowMs;
    case 'not-yet-issued':
      return (refusal.issuedMs ?? 0) > now.nowMs + MOST_AHEAD_MS;
    case 'stored-failed':
      return false;
    default:
      return true;
  }
}
