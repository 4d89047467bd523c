// A worker thread that reads a journal beside the running gate, every page of it, and says what it found.

import { parentPort, workerData } from 'node:worker_threads';

import { isDamage, openForReading } from './database.ts';
import { faultOf, type Look, requireSound } from './soundness.ts';

/** What a worker is given. */
export interface Errand extends Pick<Look, 'rows'> {
  readonly file: string;
}

/** The answer: the damage, or `undefined` for a sound file and for one that could not be read for another reason. */
function check({ file, rows }: Errand): string | undefined {
  try {
    const connection = openForReading(file);
    try {
      requireSound(connection, { everyPage: true, rows });
      return undefined;
    } finally {
      connection.close();
    }
  } catch (error) {
    return isDamage(error) ? faultOf(error) : undefined;
  }
}

parentPort?.postMessage({ fault: check(workerData as Errand) });
