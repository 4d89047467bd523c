// The end of a worker that uses native modules. Never by force while the program goes on: Node aborts the whole process (SIGABRT) where
// a thread is stopped while it loads such a module. Seen with better-sqlite3, once in 150 ends within its first tenth of a second.

import type { Worker } from 'node:worker_threads';

/**
 * Waits for the worker's own end, at most `mostMs` milliseconds; one that is still at work then is left behind: it keeps no process, and
 * ends with this one (leave.ts). Never rejects. Have no listener that counts on more of its messages.
 */
export async function leaveToItsEnd(worker: Worker, mostMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, mostMs);
  worker.once('exit', () => resolve());
  // Ended already: Node has taken its number back.
  if (worker.threadId === -1) resolve();
  await promise;
  clearTimeout(timer);
  worker.unref();
}
