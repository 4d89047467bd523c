// Whether everybody may exchange a file: a secret that is 0600 is worth nothing where another can be put in its place.

import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * The folder in which everybody may exchange the file, be it by its name or, where that is a link, by the one it points to. The
 * sticky bit of /tmp forbids that. A group that may write is left alone: folders of a person's own group are usual.
 *
 * @throws the file system's error
 */
export function openFolder(file: string): string | undefined {
  for (const start of new Set([file, realpathSync(file)])) {
    let folder = dirname(start);
    for (;;) {
      const { mode } = statSync(folder);
      if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) return folder;
      const above = dirname(folder);
      if (above === folder) break;
      folder = above;
    }
  }
  return undefined;
}
