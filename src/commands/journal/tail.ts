// `gate-reader journal tail`: the newest events, and with --follow those to come until Ctrl-C.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { StoredEvent } from '../../journal/chain.ts';
import { JOURNAL_FILE } from '../../journal/journal.ts';
import { extentOf, type JournalReader, openReader } from '../../journal/reader.ts';
import type { Words } from '../../system/wording.ts';
import { Output } from '../output.ts';
import { type SettingFlags, tell } from '../setting.ts';
import { lineOf } from './line.ts';
import { withJournal } from './open.ts';
import { eventsIn } from './pages.ts';

export interface TailFlags extends SettingFlags {
  readonly count: number;
  readonly follow?: true;
  readonly json?: true;
}

const LOOK_MS = 250;
const LF = Buffer.from('\n');

/** How an event is shown: `--json` gives the stored bytes as they are. */
const shownBy =
  ({ json }: TailFlags, say: Words) =>
  (event: StoredEvent): Uint8Array | string =>
    json ? Buffer.concat([event.body, LF]) : `${lineOf(event, say)}\n`;

export async function tail(flags: TailFlags): Promise<void> {
  await withJournal(flags, async (reader, { dataFolder, say }) => {
    const output = new Output();
    const { first, last } = extentOf(reader);
    const shown = await show(reader, Math.max(first - 1, last - flags.count), { output, as: shownBy(flags, say) });
    if (flags.follow && shown !== undefined)
      await follow(new Following(dataFolder, reader, shown), { output, as: shownBy(flags, say) }, say);
  });
}

interface Shown {
  readonly output: Output;
  readonly as: (event: StoredEvent) => Uint8Array | string;
}

/** Shows everything after `after`; the last one shown, or undefined once nobody reads. */
async function show(reader: JournalReader, after: number, { output, as }: Shown): Promise<number | undefined> {
  let last = after;
  for (const event of eventsIn(reader, after, extentOf(reader).last)) {
    if (!(await output.put(as(event)))) return undefined;
    last = event.sequence;
  }
  return (await output.flush()) ? last : undefined;
}

/** The journal under its name, which is another file after a damaged one was set aside. */
class Following {
  readonly #folder: string;
  readonly #file: string;
  #reader: JournalReader;
  #inode: number;
  last: number;

  constructor(folder: string, reader: JournalReader, last: number) {
    this.#folder = folder;
    this.#file = join(folder, JOURNAL_FILE);
    this.#reader = reader;
    this.#inode = this.#inodeNow();
    this.last = last;
  }

  get reader(): JournalReader {
    return this.#reader;
  }

  /** Whether a new epoch has begun; the reader is then the new journal's. */
  turned(): boolean {
    const inode = this.#inodeNow();
    if (inode === this.#inode || inode === 0) return false;
    const next = openReader(this.#folder);
    if (!next) return false;
    this.#reader.connection.close();
    this.#reader = next;
    this.#inode = inode;
    this.last = 0;
    return true;
  }

  close(): void {
    this.#reader.connection.close();
  }

  #inodeNow(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.ino ?? 0;
  }
}

/** Looks for new rows until SIGINT or until nobody reads. */
async function follow(journal: Following, shown: Shown, say: Words): Promise<void> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const { signal } = abort;
  try {
    while (!signal.aborted) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (journal.turned()) tell(say('journal.tail.new-epoch', { epoch: journal.reader.chain.epoch }));
      const last = await show(journal.reader, journal.last, shown);
      if (last === undefined) return;
      journal.last = last;
    }
  } finally {
    journal.close();
  }
}
