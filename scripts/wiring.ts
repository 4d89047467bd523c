// Writes what is made from hardware/wiring.json: tables, pictures, config.txt of each model: `npm run wiring`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wiringFiles } from './hardware/wiring-files.ts';

for (const [path, content] of wiringFiles()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  process.stdout.write(`${file}\n`);
}
