// The camera as a whole over time: how old a result is while a program sends 15 frames a second, and what 40,000 reads leave behind.

import { fileURLToPath } from 'node:url';

import { encodeQR } from 'qr';
import { cameraScanner } from '../../src/scanners/camera.ts';
import type { DecoderName, FrameSize } from '../../src/scanners/camera-options.ts';
import { openPath, stirred } from './camera-path.ts';
import type { Row } from './report.ts';
import { percentile } from './statistics.ts';

const SIZE = { width: 1280, height: 720 };
const FPS = 15;
const LOOKS = 120;

/** A scene with a code that wanders through it. */
export function wandering(size: FrameSize, turn: number, text = 'GATE-BENCH-0001'): Uint8Array {
  const pixels = stirred(size, turn);
  const scale = 5;
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const side = rows.length * scale;
  const left = (turn * 11) % Math.max(1, size.width - side);
  const top = (turn * 5) % Math.max(1, size.height - side);
  for (const [row, modules] of rows.entries()) {
    for (let at = 0; at < side * scale; at++) {
      const [x, y] = [at % side, Math.floor(at / side)];
      pixels[(top + row * scale + y) * size.width + left + x] = modules[Math.floor(x / scale)] ? 40 : 210;
    }
  }
  return pixels;
}

/** A moving sequence through program, pipe, mailbox and thread. */
export async function measureAge(decoder: DecoderName): Promise<Row[]> {
  const ages: number[] = [];
  const decodes: number[] = [];
  let read = 0;
  const abort = new AbortController();
  const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
  const child = fileURLToPath(new URL('./camera-sequence.child.ts', import.meta.url));
  const command = [process.execPath, child, String(SIZE.width), String(SIZE.height), String(FPS)];
  const scanner = cameraScanner(
    { id: 'bench', direction: 'both', source: 'command', command, ...SIZE, fps: FPS, decoder },
    {
      clock: { read: now },
      report: (_part, message) => message !== undefined && process.stderr.write(`bench:camera: ${message}\n`),
      looked: ({ decodeMs, monotonicMs, codes }) => {
        ages.push(now().monotonicMs - monotonicMs);
        decodes.push(decodeMs);
        read += Number(codes.length > 0);
        if (ages.length >= LOOKS) abort.abort();
      },
    },
  );
  for await (const scan of scanner.scans(abort.signal)) void scan;
  const bound = 1000 / FPS + percentile(decodes, 0.95);
  const age = percentile(ages.slice(5), 0.95);
  return [
    {
      measure: `${decoder}: age of a result at ${FPS} frames a second, 720p, p95 (decoding takes ${percentile(decodes, 0.5).toFixed(0)} ms)`,
      value: age,
      unit: 'ms',
      peer: { name: 'frame + decode p95', value: bound },
      ratio: age / bound,
      target: '<= 1 x',
      met: age <= bound,
    },
    {
      measure: `${decoder}: frames of the moving sequence in which its code was read`,
      value: (read / ages.length) * 100,
      unit: '%',
    },
  ];
}

/** Resident memory after the first tenth of the reads against that after all of them. */
export async function measureMemory(reads: number): Promise<Row> {
  const size = { width: 240, height: 240 };
  const frames = Array.from({ length: 16 }, (_, turn) => wandering(size, turn, `GATE-BENCH-${turn}`));
  const path = openPath(size, 'zxing');
  const resident = () => process.memoryUsage.rss() / 1e6;
  let early = resident();
  let found = 0;
  for (let read = 0; read < reads; read++) {
    const frame = frames[read % frames.length];
    if (frame) found += (await path.show(frame)).looked.codes.length;
    if (read === Math.floor(reads / 10)) early = resident();
  }
  const late = resident();
  await path.close();
  return {
    measure: `zxing: growth of resident memory from read ${Math.floor(reads / 10)} to ${reads} (${found} codes found)`,
    value: late - early,
    unit: 'MB',
    peer: { name: 'resident then', value: early },
    target: '< 10 MB',
    met: late - early < 10,
  };
}
