// A camera in front of a screen: writes grey frames of the text in a file, for as long as it is wanted. Words: the file, width,
// height, frames a second.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { frameWith } from './camera-picture-of-codes.ts';

const [file = '', ...numbers] = process.argv.slice(2);
const [width = 0, height = 0, fps = 1] = numbers.map(Number);
process.stdout.on('error', () => process.exit(1));
let shown: string | undefined;
let frame: Uint8Array = new Uint8Array();
for (;;) {
  const text = readFileSync(file, 'utf8');
  if (text !== shown) frame = frameWith({ width, height }, text === '' ? [] : [{ text, x: 10, y: 10, scale: 3 }]);
  shown = text;
  await new Promise<void>((resolve) => process.stdout.write(frame, () => resolve()));
  await delay(1000 / fps);
}
