// Checks of what is kept: the data folder, who has it, the journal in it, the room for more. They look and never write, so
// that a look as root leaves nothing behind that the daemon's user cannot open.

import { accessSync, constants, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Damaged, isDamage } from '../../journal/database.ts';
import { JOURNAL_FILE } from '../../journal/journal.ts';
import { extentOf, openReader } from '../../journal/reader.ts';
import { isSmall, requireSound } from '../../journal/soundness.ts';
import { diskSpace } from '../../system/disk.ts';
import { readLeftover } from '../../uplink/cursors.ts';
import { asideIn } from '../../uplink/leftovers.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';
import { standing } from './standing.ts';

const MEBIBYTE = 1_048_576;
const LITTLE_BYTES = 500 * MEBIBYTE;
const TOO_LITTLE_BYTES = 100 * MEBIBYTE;
/** statfs(2): file systems in memory, gone with the next restart. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);
const OTHERS = 0o007;

export function storageChecks(situation: Situation): Check[] {
  return [
    { name: 'data', look: () => dataFolder(situation) },
    { name: 'lock', look: () => lock(situation) },
    { name: 'journal', look: () => journal(situation) },
    { name: 'disk', look: () => disk(situation) },
  ];
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

function dataFolder({ dataFolder: folder, say }: Situation): Finding {
  const base = standing(folder);
  try {
    const { mode } = statSync(base);
    if (!statSync(base).isDirectory()) return failure(say('doctor.data.no-folder', { folder: base }), say('doctor.data.cure'));
    accessSync(base, constants.W_OK | constants.X_OK);
    if (base !== resolve(folder)) return ok(say('doctor.data.absent', { folder }));
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    if ((mode & OTHERS) !== 0)
      return warning(say('doctor.data.open', { folder, mode: octal }), say('doctor.data.open.cure', { folder }));
    return ok(say('doctor.data', { folder, mode: octal }));
  } catch (error) {
    return failure(say('doctor.data.unwritable', { folder: base, code: codeOf(error) }), say('doctor.data.cure'));
  }
}

function lock({ daemon, say }: Situation): Finding {
  switch (daemon.state) {
    case 'none':
      return ok(say('doctor.lock.none'));
    case 'unknown':
      return warning(say('doctor.lock.unknown'), say('doctor.as-its-user'));
    case 'running':
      return ok(daemon.holder ? say('doctor.lock.running', { ...daemon.holder }) : say('doctor.lock.running-unknown'));
  }
}

/** The newest rows and their chain always; every page where the file is small. `journal verify` is the whole proof. */
function journal({ dataFolder: folder, say }: Situation): Finding {
  const file = join(folder, JOURNAL_FILE);
  try {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return ok(say('doctor.journal.absent'));
    const reader = openReader(folder);
    if (!reader) return ok(say('doctor.journal.absent'));
    try {
      requireSound(reader.connection, { everyPage: isSmall(file) });
      const found = say('doctor.journal', { rows: extentOf(reader).rows });
      return setAside(folder, say, found) ?? ok(found);
    } finally {
      reader.connection.close();
    }
  } catch (error) {
    if (isDamage(error)) {
      const fault = error instanceof Damaged ? error.message : codeOf(error);
      return failure(say('doctor.journal.damaged', { fault }), say('doctor.journal.damaged.cure', { folder }));
    }
    return failure(say('doctor.journal.unreadable', { code: codeOf(error) }), say('doctor.as-its-user'));
  }
}

/** What became of journals that were set aside; undefined where there is none. */
function setAside(folder: string, say: Situation['say'], found: string): Finding | undefined {
  const known = asideIn(folder).map((file) => ({
    file,
    ...(readLeftover(folder, file) ?? { sent: 0, unreadable: 0, finished: false }),
  }));
  if (known.length === 0) return undefined;
  const files = known.map(({ file, sent, unreadable, finished }) =>
    say(finished ? 'doctor.journal.aside.sent' : 'doctor.journal.aside.pending', { file, sent, unreadable }),
  );
  const cure = known.every(({ finished }) => finished) ? 'doctor.journal.aside.cure' : 'doctor.journal.aside.pending.cure';
  return warning(`${found}; ${say('doctor.journal.aside', { files: files.join(', ') })}`, say(cure));
}

async function disk({ dataFolder: folder, say }: Situation): Promise<Finding> {
  const base = standing(folder);
  const [{ freeBytes }, { type }] = await Promise.all([diskSpace(base), statfs(base)]);
  const found = say('doctor.disk', { free: Math.floor(freeBytes / MEBIBYTE), folder: base });
  if (freeBytes < TOO_LITTLE_BYTES) return failure(found, say('doctor.disk.little.cure'));
  if (IN_MEMORY.has(type)) return warning(`${found}; ${say('doctor.disk.memory')}`, say('doctor.disk.memory.cure'));
  return freeBytes < LITTLE_BYTES ? warning(found, say('doctor.disk.little.cure')) : ok(found);
}
