// Telling a damaged SQLite file from a busy, full or missing disk: only the first is to be set aside.

import Database from 'better-sqlite3';

/** Whether SQLite says that the file itself is damaged, or none of its own (https://www.sqlite.org/rescode.html). */
export function isSqliteDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(?:CORRUPT|NOTADB|FORMAT)/.test(error.code);
}
