// A worker thread that reads every page of a large journal once, beside the running gate, and says what it found.

import { parentPort, workerData } from 'node:worker_threads';

import { openForReading } from './database.ts';
import { requireSound } from './soundness.ts';

/** The answer: a fault, or `undefined` for a sound file. */
function check(file: string): string | undefined {
  try {
    const connection = openForReading(file);
    try {
      requireSound(connection, { everyPage: true });
      return undefined;
    } finally {
      connection.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable';
  }
}

parentPort?.postMessage({ fault: check(String(workerData)) });
