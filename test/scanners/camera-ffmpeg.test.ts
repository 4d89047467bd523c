// The words for ffmpeg, tried on the real one where it is installed: it knows them all, and what it writes is read.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { cameraScanner } from '../../src/scanners/camera.ts';
import type { CameraOptions } from '../../src/scanners/camera-options.ts';
import { frameProgram } from '../../src/scanners/camera-source.ts';
import { eventually } from '../fakes/eventually.ts';
import { attend, clock, faults } from './attended.ts';
import { frameWith } from './camera-picture-of-codes.ts';

const SENT = [
  { width: 800, height: 600 },
  { width: 1280, height: 960 },
];
const OPTIONS: CameraOptions = {
  id: 'cam',
  direction: 'in',
  source: 'v4l2',
  path: '/dev/no-such-camera',
  width: 640,
  height: 480,
  fps: 15,
  decoder: 'zxing',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'camera-ffmpeg-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file of motion JPEG pictures, each with the code: some of one size, then some of the other. */
function recorded(text: string): string {
  const parts = SENT.map(({ width, height }) => {
    const frame = frameWith({ width, height }, [{ text, x: 20, y: 20, scale: width >> 7 }]);
    const raw = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-video_size', `${width}x${height}`, '-i', '-'];
    const input = Buffer.concat([frame, frame, frame]);
    return execFileSync('ffmpeg', ['-loglevel', 'error', ...raw, '-f', 'mjpeg', '-'], { input });
  });
  const file = join(folder, 'recorded.mjpeg');
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

/** The words for a camera, made into words for a file of what a camera sends, played again and again at its pace. */
function fromFile(words: readonly string[], file: string): string[] {
  const format = words.indexOf('v4l2');
  const device = words.indexOf('-i');
  return [
    ...words.slice(0, format),
    'mjpeg',
    '-re',
    '-stream_loop',
    '-1',
    '-threads',
    '1',
    '-i',
    file,
    ...words.slice(device + 2),
  ];
}

describe.skipIf(spawnSync('ffmpeg', ['-version']).error !== undefined)('the real ffmpeg', () => {
  test.each(['mjpeg', 'yuyv422', 'auto'] as const)(
    'knows every word, and complains of the missing camera alone: %s',
    (inputFormat) => {
      const { program, words } = frameProgram({ ...OPTIONS, inputFormat });
      const { stderr, stdout } = spawnSync(program, words, { encoding: 'utf8' });
      expect(stdout).toBe('');
      expect(stderr).toMatch(/\/dev\/no-such-camera: No such file or directory/u);
      expect(stderr).not.toMatch(/unrecognized|option|unknown|invalid/iu);
    },
  );

  test('writes whole grey frames of the size wanted, although the camera sends others and changes between them', async () => {
    const { program, words } = frameProgram(OPTIONS);
    const command = [program, ...fromFile(words, recorded('through ffmpeg'))];
    const { report, told } = faults();
    const looks: number[] = [];
    const scanner = cameraScanner(
      { ...OPTIONS, source: 'command', command },
      { clock, report, looked: ({ codes }) => void looks.push(codes.length) },
    );
    const lane = attend(scanner);
    try {
      await eventually('twelve frames', () => looks.length >= 12, { detail: () => told.join('\n') });
      expect(lane.texts).toEqual(['through ffmpeg']);
      expect(looks).toEqual(looks.map(() => 1));
      expect(told).toEqual([]);
    } finally {
      await lane.stop();
    }
  });
});
