// Opening a journal for a command that only looks, beside a running daemon or without one; every way it can fail in words
// that say what to do.

import { accessSync, constants } from 'node:fs';

import { Damaged, isDamage } from '../../journal/database.ts';
import { type JournalReader, openReader } from '../../journal/reader.ts';
import type { WordingKey } from '../../system/wording.ts';
import { EXIT } from '../exit.ts';
import { type Setting, type SettingFlags, settingOf, tell } from '../setting.ts';

/** Runs `work` on the journal that the flags name; where there is none, or it breaks off, says so and sets the exit code. */
export async function withJournal(
  flags: SettingFlags,
  work: (reader: JournalReader, setting: Setting) => Promise<void>,
): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  let reader: JournalReader | undefined;
  try {
    accessSync(setting.dataFolder, constants.R_OK | constants.X_OK);
    reader = openReader(setting.dataFolder);
    if (reader) await work(reader, setting);
    else refuse('journal.absent', setting);
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    refuse(fault.key, setting, fault.code);
  } finally {
    reader?.connection.close();
  }
}

function refuse(key: WordingKey, { say, dataFolder }: Setting, code = ''): void {
  tell(say(key, { folder: dataFolder, code }));
  process.exitCode = EXIT.failed;
}

/** What the system or SQLite refused; undefined for a defect, which is not for this place to hide. */
function faultOf(error: unknown): { readonly key: WordingKey; readonly code: string } | undefined {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (isDamage(error)) return { key: 'journal.damaged', code: error instanceof Damaged ? error.message : (code ?? '') };
  switch (code) {
    case undefined:
      return undefined;
    case 'ENOENT':
    case 'ENOTDIR':
      return { key: 'journal.absent', code };
    case 'EACCES':
    case 'EPERM':
      return { key: 'journal.no-permission', code };
    case 'SQLITE_BUSY':
      return { key: 'journal.busy', code };
    case 'SQLITE_ERROR':
      // A table that is missing: some other program's database.
      return { key: 'journal.damaged', code };
    default:
      // Reading a write-ahead log needs its index file beside it, and so a folder that this user may write.
      if (/^SQLITE_(?:READONLY|CANTOPEN|PERM)/.test(code)) return { key: 'journal.no-permission', code };
      return code.startsWith('SQLITE_') ? { key: 'journal.unreadable', code } : undefined;
  }
}
