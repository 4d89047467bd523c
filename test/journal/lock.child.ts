// Holds a data folder until it is told otherwise: `daemon FOLDER` as a daemon does, for good; `ask FOLDER` as somebody who
// asks whether one runs, for a moment.

import { join } from 'node:path';

import Database from 'better-sqlite3';

import { lockData } from '../../src/journal/lock.ts';

const ASKING_MS = 200;
const [as, folder = ''] = process.argv.slice(2);

if (as === 'daemon') {
  const locked = lockData(folder);
  process.stdout.write('lock' in locked ? 'locked\n' : 'refused\n');
  setInterval(() => undefined, 1_000_000);
} else {
  const database = new Database(join(folder, 'lock.db'));
  database.exec('BEGIN EXCLUSIVE');
  process.stdout.write('locked\n');
  setTimeout(() => database.close(), ASKING_MS);
}
