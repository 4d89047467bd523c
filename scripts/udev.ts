// Writes hardware/udev/60-gate-reader.rules from the table of scanner makers: `npm run udev`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { udevRules } from './udev-rules.ts';

const file = fileURLToPath(new URL('../hardware/udev/60-gate-reader.rules', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, udevRules());
process.stdout.write(`${file}\n`);
