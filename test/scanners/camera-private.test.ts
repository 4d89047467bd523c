// No frame leaves the camera: nothing of it can write a file, and what its thread hands on is codes and figures.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { Decoding } from '../../src/scanners/camera-decoding.ts';
import type { Looked } from '../../src/scanners/camera-worker.ts';
import { eventually } from '../fakes/eventually.ts';
import { frameWith } from './camera-picture-of-codes.ts';

const FOLDER = fileURLToPath(new URL('../../src/scanners/', import.meta.url));
/** What the camera's files may import of the file system: to read the decoder, and to ask for a device. */
const READING = ['constants', 'access', 'readFileSync'];

test('the files of the camera import nothing that writes', () => {
  const files = readdirSync(FOLDER).filter((name) => /^camera.*\.ts$/u.test(name));
  expect(files.length).toBeGreaterThan(12);
  const imported = files.flatMap((name) => {
    const source = readFileSync(join(FOLDER, name), 'utf8');
    expect(source, name).not.toMatch(/'node:(?:http|https|http2|net|dgram|tls)'|getBuiltinModule|require\(/u);
    return [...source.matchAll(/import\s+(.+?)\s+from 'node:fs(?:\/promises)?'/gsu)].flatMap(([, names = '']) =>
      names.replaceAll(/[{}\s]/gu, '').split(','),
    );
  });
  expect(imported.toSorted()).toEqual(READING.toSorted());
});

test('the decoding thread hands on codes and figures, no pixels', async () => {
  const size = { width: 320, height: 240 };
  const looks: Looked[] = [];
  const options = {
    id: 'cam',
    direction: 'both',
    source: 'command',
    ...size,
    fps: 15,
    decoder: 'zxing',
    measured: true,
  } as const;
  const decoding = new Decoding(options, {
    looked: (looked) => void looks.push(looked),
    report: () => undefined,
    random: () => 0,
  });
  onTestFinished(() => decoding.close());
  decoding.writer.fill(frameWith(size, [{ text: 'code', x: 20, y: 20, scale: 5 }]), 0);
  decoding.writer.publish({ wallMs: 1, monotonicMs: 2 });
  const looked = await eventually('a look', () => looks[0]);
  expect(Object.keys(looked).toSorted()).toEqual(['codes', 'decodeMs', 'monotonicMs', 'picture', 'wallMs']);
  expect(Object.values(looked.picture ?? {}).every((figure) => typeof figure === 'number')).toBe(true);
  expect(looked.codes).toEqual([{ bytes: new Uint8Array(Buffer.from('code')), area: expect.any(Number) as number }]);
});
