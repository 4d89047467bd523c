// Reading a configuration file: with a limit, as strict UTF-8.

import { closeSync, openSync, readSync } from 'node:fs';
import type { WordingKey, WordingParams } from '../system/wording.ts';
import type { Place, TextFault } from './text-fault.ts';

/** A configuration is a page; the limit stops a device file or a wrong name from filling memory. */
const FILE_BYTES_MAX = 262_144;

const START: Place = { line: 1, column: 1 };

const READ_CODES: Readonly<Record<string, WordingKey>> = { ENOENT: 'config.read.missing', EISDIR: 'config.read.folder' };

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: TextFault };

/** Reads a file of at most 256 KiB of valid UTF-8. */
export function readText(file: string): Read {
  const refuse = (code: WordingKey, params: WordingParams = {}): Read => ({
    ok: false,
    fault: { place: START, key: 'file', code, params },
  });
  const bytes = Buffer.alloc(FILE_BYTES_MAX + 1);
  let size = 0;
  try {
    const descriptor = openSync(file, 'r');
    try {
      for (let read = -1; read !== 0 && size < bytes.length; size += read)
        read = readSync(descriptor, bytes, size, bytes.length - size, null);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return refuse(READ_CODES[reason] ?? 'config.read.unreadable', { reason });
  }
  if (size > FILE_BYTES_MAX) return refuse('config.read.too-big', { limit: FILE_BYTES_MAX });
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, size)) };
  } catch {
    return refuse('config.read.not-utf8');
  }
}
