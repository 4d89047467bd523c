// Writes the set-up sheets of hardware/scanners from sheets.json: `npm run sheets`.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sheetFiles } from './sheets/sheet-files.ts';

for (const [path, content] of sheetFiles()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  writeFileSync(file, content);
  process.stdout.write(`${file}\n`);
}
