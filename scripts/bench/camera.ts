// `npm run bench:camera -- PHOTOS`: the camera path - mailbox, decoding thread, ways of looking; for the ages also the program, its
// pipe and what counts - beside the bare library on the same pictures in the same run. Asserts nothing.

import { parseArgs } from 'node:util';

import { answerHelp } from '../answer-help.ts';
import { measureAge } from './camera-age.ts';
import { measureMemory } from './camera-memory.ts';
import { measureEmpty, measurePeople } from './camera-moving.ts';
import { measureRates, measureTimes } from './camera-photos.ts';
import { readPhotos } from './photos.ts';
import { machineOf, type Row, table } from './report.ts';

const USAGE = `Usage: npm run bench:camera -- PHOTOS [--reads N] [--only zxing|jsqr] [--json]

  npm run bench:camera -- photos               every picture below the folder photos, both decoders, then 40,000 reads for the memory
  npm run bench:camera -- photos --reads 0     without the reads`;

async function bench(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { reads: { type: 'string', default: '40000' }, only: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [folder] = positionals;
  const reads = Number(values.reads);
  const decoders = (['zxing', 'jsqr'] as const).filter((name) => values.only === undefined || values.only === name);
  if (folder === undefined || !Number.isSafeInteger(reads) || decoders.length === 0) throw new Error(USAGE);
  const say = (text: string) => process.stderr.write(`bench:camera: ${text} ...\n`);
  say('reading the photographs');
  const photos = readPhotos(folder);
  const rows: Row[] = [];
  for (const decoder of decoders) {
    say(`${decoder}: which photographs are read`);
    rows.push(...(await measureRates(decoder, photos)));
    say(`${decoder}: how long they take`);
    rows.push(...(await measureTimes(decoder, photos)));
    say(`${decoder}: an empty scene and a moving sequence`);
    rows.push(await measureEmpty(decoder), ...(await measurePeople(decoder)));
    say(`${decoder}: the age of results`);
    rows.push(await measureAge(decoder, false), await measureAge(decoder, true));
  }
  if (decoders.includes('zxing') && reads > 0) rows.push(await measureMemory(reads, say));
  const machine = machineOf(process.cwd());
  process.stdout.write(values.json ? `${JSON.stringify({ machine, rows }, undefined, 2)}\n` : table(rows, machine));
}

answerHelp(USAGE);
await bench().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // A camera's thread that waits for its next frame would keep this process.
  process.exit(error instanceof Error && error.message === USAGE ? 2 : 1);
});
