// `gate-reader journal export`: events out of the journal, as the exact bytes or as a table, in bounded memory at the taker's
// pace.

import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

import type { StoredEvent } from '../../journal/chain.ts';
import { extentOf, type JournalReader } from '../../journal/reader.ts';
import { EXIT } from '../exit.ts';
import { Output } from '../output.ts';
import { progress } from '../progress.ts';
import { type Setting, type SettingFlags, tell } from '../setting.ts';
import { CSV_HEAD, csvRow } from './csv.ts';
import { withJournal } from './open.ts';
import { eventsIn } from './pages.ts';

export interface ExportFlags extends SettingFlags {
  readonly from?: number;
  readonly to?: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly format: 'jsonl' | 'csv';
  readonly out?: string;
}

const LF = Buffer.from('\n');

/** It names people by pseudonym and masked label: for its owner's eyes. */
const FILE_MODE = 0o600;

export async function exportEvents(flags: ExportFlags): Promise<void> {
  await withJournal(flags, async (reader, setting) => {
    if (flags.out === undefined) return await write(flags, reader, setting, new Output());
    const file = createWriteStream(flags.out, { mode: FILE_MODE });
    try {
      await once(file, 'open');
      await write(flags, reader, setting, new Output(file));
      await new Promise((resolve, reject) => file.once('error', reject).end(resolve));
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      tell(setting.say('journal.export.failed', { file: flags.out, cause: error.message }));
      process.exitCode = EXIT.failed;
    } finally {
      file.destroy();
    }
  });
}

async function write(flags: ExportFlags, reader: JournalReader, { say }: Setting, output: Output): Promise<void> {
  const extent = extentOf(reader);
  const first = Math.max(flags.from ?? 0, extent.first);
  const last = Math.min(flags.to ?? extent.last, extent.last);
  const told = progress(Math.max(0, last - first + 1), say);
  const isWanted = sinceFilter(flags.since);
  if (flags.format === 'csv' && !(await output.put(CSV_HEAD))) return;
  let [expected, written] = [first, 0];
  for (const event of eventsIn(reader, first - 1, last)) {
    if (event.sequence !== expected) tell(say('journal.export.gap', { from: expected, to: event.sequence - 1 }));
    expected = event.sequence + 1;
    told.at(expected - first);
    if (!isWanted(event)) continue;
    written += 1;
    const result = flags.format === 'csv' ? csvRow(event) : Buffer.concat([event.body, LF]);
    if (!(await output.put(result))) break;
  }
  await output.flush();
  told.end();
  if (flags.out !== undefined) tell(say('journal.export.done', { count: written, file: flags.out }));
}

/** Events whose own time is not before `since`; what has no time that can be read is kept. */
function sinceFilter(since: number | undefined): (event: StoredEvent) => boolean {
  if (since === undefined) return () => true;
  return ({ body }) => !(timeOf(body) < since);
}

function timeOf(body: Buffer): number {
  try {
    return Date.parse(String((JSON.parse(body.toString()) as { time?: unknown }).time));
  } catch {
    return Number.NaN;
  }
}
