// Writes config/gate-reader.schema.json from the program's own configuration schema: `npm run schema`.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchema } from '../src/config/json-schema.ts';

const file = fileURLToPath(new URL('../config/gate-reader.schema.json', import.meta.url));
writeFileSync(file, jsonSchema());
process.stdout.write(`${file}\n`);
