// Instead of a camera: writes a moving sequence as raw grey frames at a steady rate. Words: width,
// height, frames a second, and `empty` for a scene without a code.

import { setTimeout as delay } from 'node:timers/promises';

import { stirred, wandering } from './camera-scenes.ts';

const [width = 1280, height = 720, fps = 15] = process.argv.slice(2).map(Number);
process.stdout.on('error', () => process.exit(0));
const scene = process.argv[5] === 'empty' ? stirred : wandering;
const frames = Array.from({ length: 30 }, (_, turn) => scene({ width, height }, turn));
for (let turn = 0, next = performance.now(); ; turn++) {
  const frame = frames[turn % frames.length];
  await new Promise<void>((resolve) => process.stdout.write(frame ?? '', () => resolve()));
  next += 1000 / fps;
  await delay(Math.max(0, next - performance.now()));
}
