// The attribute files of /sys: one short text each, written in one call. Never makes a file: an attribute that is not there is
// an error, not a new file.

import { accessSync, closeSync, constants, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';

/** Paths are below the root of sysfs, e.g. `class/leds/green/brightness`. Errors are the file system's, with `code`. */
export interface Sysfs {
  readonly list: (folder: string) => readonly string[];
  /** Without the line feed at its end. */
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** Throws what a write would, without writing. */
  readonly mayWrite: (path: string) => void;
}

export function sysfs(root = '/sys'): Sysfs {
  return {
    list: (folder) => readdirSync(`${root}/${folder}`).toSorted(),
    read: (path) => readFileSync(`${root}/${path}`, 'utf8').trimEnd(),
    mayWrite: (path) => accessSync(`${root}/${path}`, constants.W_OK),
    write: (path, text) => {
      // For writing only: an attribute such as a LED's `shot` cannot be read, and refuses to be opened for both.
      const fd = openSync(`${root}/${path}`, constants.O_WRONLY);
      try {
        writeSync(fd, text);
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** The system's code of what was thrown, `unknown` where it carries none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
