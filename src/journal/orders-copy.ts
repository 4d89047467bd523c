// A second copy of what commands left behind, `orders.json` in the data folder, for the day when the journal can't be read. Whole or
// absent: written aside, flushed, renamed into place. One that is damaged counts as absent; one line of JSON and one of its hash:
//
//   {"counters":{"<kid>":<counter>,…},"standing":{"locked":false,"maintenance":false}}\n
//   <base64url SHA-256 of the line before>\n

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Standing } from '../admission/standing.ts';
import { flushFolder } from '../system/secrets.ts';
import { hashOf } from './chain.ts';

export interface Kept {
  /** Of the last command accepted from each key. */
  readonly counters: ReadonlyMap<string, number>;
  readonly standing: Standing;
}

export const ORDERS_FILE = 'orders.json';

export class OrdersCopy {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, ORDERS_FILE);
  }

  /** Undefined: there is none, or not a whole one. */
  read(): Kept | undefined {
    try {
      const [text = '', hash] = readFileSync(this.#file, 'utf8').split('\n');
      if (hash !== hashOf(text)) return undefined;
      const { counters, standing } = JSON.parse(text) as { counters: Record<string, number>; standing: Standing };
      return { counters: new Map(Object.entries(counters)), standing };
    } catch {
      return undefined;
    }
  }

  /** False where the disk refuses it; the copy before stays then. Costs two flushes: a command's, never a scan's. */
  write({ counters, standing }: Kept): boolean {
    const text = JSON.stringify({ counters: Object.fromEntries(counters), standing });
    const aside = `${this.#file}.new`;
    try {
      writeFileSync(aside, `${text}\n${hashOf(text)}\n`, { mode: 0o600, flush: true });
      renameSync(aside, this.#file);
      flushFolder(dirname(this.#file));
      return true;
    } catch {
      return false;
    }
  }
}
