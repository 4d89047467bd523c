// The check of every page of a large journal, beside the running gate: a worker thread reads, this side acts on its answer.

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { JOURNAL_FILE, type SqliteJournal } from './journal.ts';
import { isSmall } from './soundness.ts';

/** After the morning's start-up rush of the machine itself. */
const AFTER_MS = 60_000;

/** Checks once, a minute after the start, what was too large to check before it; a damaged file is set aside at once. */
export function watchPages(journal: SqliteJournal, folder: string, signal: AbortSignal): void {
  const file = join(folder, JOURNAL_FILE);
  const timer = setTimeout(() => {
    if (signal.aborted || isSmall(file)) return;
    const epoch = journal.epoch;
    const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { workerData: file });
    worker.unref();
    worker.once('message', ({ fault }: { fault: string | undefined }) => {
      if (fault !== undefined && journal.epoch === epoch && !signal.aborted) journal.replace(fault);
    });
    // The check is a second look: a worker that fails changes nothing at the gate.
    worker.once('error', () => undefined);
    signal.addEventListener('abort', () => void worker.terminate(), { once: true });
  }, AFTER_MS);
  timer.unref();
}
