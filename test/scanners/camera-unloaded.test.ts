// A reader without a camera carries none of it: what the daemon loads at its start.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { referencesOf } from '../imports.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The files and packages that `path` loads by its import declarations, and theirs. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { target, typeOnly, source } of referencesOf(readFileSync(join(ROOT, path), 'utf8'))) {
    if (target === undefined || typeOnly || !/^(?:import|export)\s*[^(\s]/u.test(source.trim())) continue;
    if (target.startsWith('.') && target.endsWith('.ts')) loadedBy(join(dirname(path), target), seen);
    else seen.add(target);
  }
  return seen;
}

test('the daemon loads of the camera only the few lines that would load the rest', () => {
  const loaded = loadedBy('src/main.ts');
  expect(loaded).toContain('src/scanners/serial.ts');
  expect([...loaded].filter((name) => /camera|zxing|jsqr/u.test(name))).toEqual(['src/scanners/camera.ts']);
});
