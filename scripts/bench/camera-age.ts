// How old a camera's result is while a program sends 15 frames a second, with decoders as they are and made to take 60 ms.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { DecoderName } from '../../src/scanners/camera-options.ts';
import { type Ages, FPS } from './camera-age.child.ts';
import type { Row } from './report.ts';
import { median, percentile } from './statistics.ts';

const CHILD = fileURLToPath(new URL('./camera-age.child.ts', import.meta.url));
const SLOWED = new URL('./camera-slowed.ts', import.meta.url).href;
const MOST_MS = 300_000;

/** In a process of its own: decoders are slowed for all of its threads. */
export async function measureAge(decoder: DecoderName, slowed: boolean): Promise<Row> {
  const words = [...(slowed ? ['--import', SLOWED] : []), CHILD, decoder];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: MOST_MS, maxBuffer: 1 << 24 });
  const { ages, decodes } = JSON.parse(stdout) as Ages;
  const age = percentile(ages, 0.95);
  const bound = 1000 / FPS + percentile(decodes, 0.95);
  const takes = `decoding ${slowed ? 'made to take' : 'takes'} ${median(decodes).toFixed(0)} ms`;
  return {
    measure: `${decoder}: age of a result at ${FPS} frames a second, 720p, p95 of ${ages.length} (${takes})`,
    value: age,
    unit: 'ms',
    peer: { name: 'frame + decode p95', value: bound },
    ratio: age / bound,
    target: '<= 1 x',
    met: age <= bound,
  };
}
