// Instead of ffmpeg: writes grey frames as a camera does, by a script of runs. The n-th start plays the n-th run, later ones the last.

import { appendFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { frameWith, type Placed } from './camera-picture-of-codes.ts';

export interface Scene {
  readonly codes: readonly Placed[];
  /** How many frames of it; absent: for ever. */
  readonly frames?: number;
}

export interface Run {
  readonly scenes: readonly Scene[];
  /** After the scenes: how it ends; absent: exit code 0. */
  readonly end?: 'hang' | 'half' | 'complain';
}

export interface Script {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** A file that grows by a byte a start. */
  readonly starts: string;
  readonly runs: readonly Run[];
}

const write = (bytes: Uint8Array): Promise<void> => new Promise((resolve) => process.stdout.write(bytes, () => resolve()));

const script = JSON.parse(process.argv[2] ?? '{}') as Script;
process.stdout.on('error', () => process.exit(1));
const started = statSync(script.starts, { throwIfNoEntry: false })?.size ?? 0;
appendFileSync(script.starts, '.');
const run = script.runs[Math.min(started, script.runs.length - 1)];
for (const { codes, frames = Infinity } of run?.scenes ?? []) {
  const frame = frameWith(script, codes);
  for (let sent = 0; sent < frames; sent++) {
    await write(frame);
    await delay(1000 / script.fps);
  }
}
if (run?.end === 'half') await write(new Uint8Array(Math.floor((script.width * script.height) / 2)));
if (run?.end === 'complain') {
  process.stderr.write(`${'x'.repeat(100_000)}\nDevice or resource busy\n`);
  process.exitCode = 3;
}
if (run?.end === 'hang') setInterval(() => undefined, 60_000);
