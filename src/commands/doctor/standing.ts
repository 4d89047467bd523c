// The folder that exists now where another is to be made.

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The folder, or the nearest one above it that exists. */
export function standing(folder: string): string {
  const path = resolve(folder);
  return existsSync(path) || path === '/' ? path : standing(dirname(path));
}
