// The files and folders that a configuration names: where they are, that they open, and that nobody else can read the secret ones.

import { closeSync, constants, accessSync, openSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { openFolder } from '../system/open-folder.ts';
import { recipientKey } from '../system/recipient.ts';
import type { WordingKey, WordingParams } from '../system/wording.ts';
import type { Finding } from './finding.ts';
import { patternsOf } from './patterns.ts';
import { type Path, printable, valueAt } from './path.ts';
import { isFilePath } from './texts.ts';

interface NamedFile {
  readonly path: Path;
  readonly what: 'file' | 'folder';
  /** Must be unreadable to group and others. */
  readonly secret?: true;
  /** Exact size in bytes. */
  readonly bytes?: number;
  /** A public key that details can be sealed to. */
  readonly recipient?: true;
  /** Rows of the pattern table. */
  readonly patterns?: true;
}

/** Every key that names a file or folder. */
export const NAMED_FILES: readonly NamedFile[] = [
  { path: ['privacy', 'siteKeyFile'], what: 'file', secret: true, bytes: 32 },
  { path: ['privacy', 'detailsRecipientFile'], what: 'file', recipient: true },
  { path: ['indicator', 'patternsFile'], what: 'file', patterns: true },
  { path: ['uplink', 'caFile'], what: 'file' },
  { path: ['uplink', 'certFile'], what: 'file' },
  { path: ['uplink', 'keyFile'], what: 'file', secret: true },
  { path: ['uplink', 'passwordFile'], what: 'file', secret: true },
  { path: ['trust', 'issuers'], what: 'file' },
  { path: ['trust', 'lists'], what: 'folder' },
  { path: ['trust', 'healthCertificates'], what: 'folder' },
];

const GROUP_AND_OTHERS = 0o077;

/** Where relative names begin. */
export interface Base {
  /** The folder for a relative path, by the key that holds it. */
  readonly folder: (path: Path) => string;
  /** systemd's $CREDENTIALS_DIRECTORY: a secret's bare name is looked up there first, and modes are systemd's business. */
  readonly credentials: string | undefined;
}

export interface CheckedFile {
  readonly path: Path;
  readonly absolute: string;
  readonly finding?: Finding;
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function locate(named: NamedFile, given: string, base: Base): string {
  if (isAbsolute(given)) return given;
  const credential =
    base.credentials !== undefined && named.secret && !given.includes(sep) ? join(base.credentials, given) : undefined;
  return credential !== undefined && exists(credential) ? credential : resolve(base.folder(named.path), given);
}

function isCredential(file: string, credentials: string | undefined): boolean {
  return credentials !== undefined && exists(credentials) && realpathSync(file).startsWith(realpathSync(credentials) + sep);
}

function isRecipient(file: string): boolean {
  try {
    recipientKey(file);
    return true;
  } catch {
    return false;
  }
}

function patternsFault(file: string): { code: WordingKey; params: WordingParams } | undefined {
  try {
    patternsOf(file);
    return undefined;
  } catch (error) {
    return { code: 'config.file.patterns', params: { cause: printable(error instanceof Error ? error.message : String(error)) } };
  }
}

function secretFault(file: string, mode: number, base: Base): { code: WordingKey; params?: WordingParams } | undefined {
  if (isCredential(file, base.credentials)) return undefined;
  if ((mode & GROUP_AND_OTHERS) !== 0)
    return { code: 'config.file.mode', params: { mode: (mode & 0o777).toString(8).padStart(4, '0') } };
  const folder = openFolder(file);
  return folder === undefined ? undefined : { code: 'config.file.folder-open', params: { folder: shown(folder) } };
}

/** What is wrong with a file or folder. Throws what the file system throws. */
function faultOf(named: NamedFile, file: string, base: Base): { code: WordingKey; params?: WordingParams } | undefined {
  const stat = statSync(file);
  if (named.what === 'folder') {
    if (!stat.isDirectory()) return { code: 'config.file.not-folder' };
    accessSync(file, constants.R_OK | constants.X_OK);
    return undefined;
  }
  if (stat.isDirectory()) return { code: 'config.file.folder' };
  // Opening a FIFO would wait for its other end.
  if (!stat.isFile()) return { code: 'config.file.not-file' };
  closeSync(openSync(file, 'r'));
  const open = named.secret ? secretFault(file, stat.mode, base) : undefined;
  if (open !== undefined) return open;
  if (named.bytes !== undefined && stat.size !== named.bytes)
    return { code: 'config.file.size', params: { size: stat.size, bytes: named.bytes } };
  if (stat.size === 0) return { code: 'config.file.empty' };
  if (named.patterns) return patternsFault(file);
  return named.recipient && !isRecipient(file) ? { code: 'config.file.recipient' } : undefined;
}

/** A path that can be copied into a shell. */
function shown(file: string): string {
  return /^[\w./@:+-]+$/.test(file) ? file : `'${printable(file).replaceAll("'", "'\\''")}'`;
}

function check(named: NamedFile, given: string, base: Base): CheckedFile {
  const { path } = named;
  let absolute = given;
  let fault: ReturnType<typeof faultOf>;
  try {
    absolute = locate(named, given, base);
    fault = faultOf(named, absolute, base);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    fault = { code: reason === 'ENOENT' ? 'config.file.missing' : 'config.file.unreadable', params: { reason } };
  }
  if (fault === undefined) return { path, absolute };
  return { path, absolute, finding: { path, code: fault.code, params: { file: shown(absolute), ...fault.params } } };
}

/** Checks every file and folder that raw values name; values that are no text are the schema's business. */
export function checkFiles(root: unknown, base: Base): CheckedFile[] {
  return NAMED_FILES.flatMap((named) => {
    const given = valueAt(root, named.path);
    return typeof given === 'string' && isFilePath(given) ? [check(named, given, base)] : [];
  });
}
