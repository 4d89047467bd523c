// For every test file: it ends only once each thread that it started has ended. Node may crash (SIGSEGV, SIGABRT) where a process ends
// under a thread with a native module; the daemon leaves by _exit, a test's process does not.

import { setImmediate as immediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll } from 'vitest';
import { eventually } from './fakes/eventually.ts';

const running = new Set<Worker>();

process.on('worker', (worker) => {
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
});

afterAll(async () => {
  // A thread is told of a moment after it was made.
  await immediate();
  await eventually('the end of every thread', () => running.size === 0);
});
