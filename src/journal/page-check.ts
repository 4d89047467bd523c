// The check of every page of the journal beside the running gate: a worker thread reads, this side acts on its answer. A file is set
// aside only for damage that this look found itself, whoever had the suspicion.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Errand } from './check-worker.ts';
import { JOURNAL_FILE, type SqliteJournal } from './journal.ts';
import { isSmall } from './soundness.ts';

/** After the morning's start-up rush of the machine itself. */
const AFTER_MS = 60_000;
/** After a look that found nothing, so that whoever goes on suspecting keeps no card busy. */
const AGAIN_MS = 60_000;

export interface PageCheck {
  /**
   * Somebody met damage in the journal of this epoch ('': could not read which), in these rows. Looks, and sets the file aside for
   * what it finds. Resolves once it has looked, or with false at once where there is nothing to look at or a look is under way.
   */
  suspect(suspicion: { readonly epoch: string; readonly rows?: Errand['rows'] }): Promise<boolean>;
}

type Watched = Pick<SqliteJournal, 'epoch' | 'replace'>;

/** Checks once, a minute after the start, what was too large to check before it, and whenever somebody suspects something. */
export function watchPages(journal: Watched, folder: string, signal: AbortSignal): PageCheck {
  const file = join(folder, JOURNAL_FILE);
  let looking = false;
  let clearedMs = Number.NEGATIVE_INFINITY;
  const look = async (rows?: Errand['rows']): Promise<boolean> => {
    if (looking || signal.aborted) return false;
    looking = true;
    const { epoch } = journal;
    const fault = await answerOf({ file, rows }, signal);
    looking = false;
    if (fault === undefined) clearedMs = performance.now();
    if (fault === undefined || journal.epoch !== epoch || signal.aborted) return false;
    return setAside(journal, fault);
  };
  const timer = setTimeout(() => {
    if (existsSync(file) && !isSmall(file)) void look();
  }, AFTER_MS);
  timer.unref();
  return {
    async suspect({ epoch, rows }) {
      const current = journal.epoch !== '' && (epoch === '' || epoch === journal.epoch);
      return current && performance.now() - clearedMs >= AGAIN_MS && (await look(rows));
    },
  };
}

/** The damage that a worker finds. It is a second look: a worker that fails has found nothing. */
async function answerOf(errand: Errand, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { workerData: errand });
  worker.unref();
  // Reading a page can't be interrupted: the thread is left to end with the process.
  const end = () => resolve(undefined);
  signal.addEventListener('abort', end, { once: true });
  worker.once('message', ({ fault }: { fault: string | undefined }) => resolve(fault));
  worker.once('error', () => resolve(undefined));
  worker.once('exit', () => {
    signal.removeEventListener('abort', end);
    resolve(undefined);
  });
  return await promise;
}

function setAside(journal: Watched, fault: string): boolean {
  try {
    journal.replace(fault);
    return true;
  } catch {
    // The disk refuses it; the next scan meets that, tells of it, and tries again.
    return false;
  }
}
