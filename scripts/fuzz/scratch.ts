// A folder for the targets whose parsers read files; gone with the thread.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'gate-reader-fuzz-scratch-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export const scratch = (name: string): string => join(folder, name);
