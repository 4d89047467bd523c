// The parts of the camera scanner, each alone: frames through the mailbox, what counts, decoders, the watchdog over a decode, what
// a picture's figures say, and which program is started.

import { onTestFinished, describe, expect, test } from 'vitest';

import { makeDecoder } from '../../src/scanners/camera-decoder.ts';
import { Decoding } from '../../src/scanners/camera-decoding.ts';
import { FrameAssembler } from '../../src/scanners/camera-frames.ts';
import { FrameReader, FrameWriter } from '../../src/scanners/camera-mailbox.ts';
import type { CameraOptions } from '../../src/scanners/camera-options.ts';
import { pictureOf } from '../../src/scanners/camera-picture.ts';
import { Presence } from '../../src/scanners/camera-presence.ts';
import { frameProgram } from '../../src/scanners/camera-source.ts';
import type { Looked } from '../../src/scanners/camera-worker.ts';
import { eventually } from '../fakes/eventually.ts';
import { frameWith } from './camera-picture-of-codes.ts';

const OPTIONS: CameraOptions = {
  id: 'cam',
  direction: 'both',
  source: 'v4l2',
  path: '/dev/video7',
  width: 640,
  height: 480,
  fps: 15,
  decoder: 'zxing',
};
const bytesOf = (text: string): Uint8Array => Buffer.from(text);

describe('FrameAssembler and the mailbox', () => {
  const now = { wallMs: 1, monotonicMs: 2 };

  test('hand over the newest whole frame, however the pipe cuts it, and never half a one', () => {
    const writer = new FrameWriter(4);
    const reader = new FrameReader(writer.memory, writer.freeSlot());
    const frames = new FrameAssembler(writer, 6, 4, () => now);
    expect(frames.push(Uint8Array.of(1, 1, 1))).toBe(0);
    expect(reader.next(0)).toBeUndefined();
    expect(frames.push(Uint8Array.of(1, 99, 99, 2, 2, 2, 2, 99, 99, 3, 3))).toBe(2);
    expect(reader.next(0)).toMatchObject({ pixels: Uint8Array.of(2, 2, 2, 2), ...now });
    expect(frames.skipped).toBe(1);
    expect(frames.cut()).toBe(2);
    frames.push(Uint8Array.of(4, 4, 4, 4, 99, 99));
    expect(reader.next(0)?.pixels).toEqual(Uint8Array.of(4, 4, 4, 4));
    expect(reader.next(0)).toBeUndefined();
  });

  test('keep a frame as it is while it is looked at, and give a new reader a slot of its own', () => {
    const writer = new FrameWriter(1);
    const reader = new FrameReader(writer.memory, writer.freeSlot());
    const put = (value: number) => {
      writer.fill(Uint8Array.of(value), 0);
      writer.publish(now);
    };
    put(1);
    const held = reader.next(0);
    for (let value = 2; value < 9; value++) {
      put(value);
      expect(held?.pixels).toEqual(Uint8Array.of(1));
    }
    const successor = new FrameReader(writer.memory, writer.freeSlot());
    const newest = successor.next(0);
    put(9);
    put(10);
    expect(newest?.pixels).toEqual(Uint8Array.of(8));
  });
});

describe('Presence', () => {
  const seen = (text: string, area = 100) => ({ bytes: bytesOf(text), area });
  const counted = (presence: Presence, atMs: number, ...codes: readonly ReturnType<typeof seen>[]) => {
    const code = presence.look(codes, atMs);
    return code && Buffer.from(code.bytes).toString();
  };

  test('counts a code once while it stays, and again after a second without it', () => {
    const presence = new Presence();
    expect(counted(presence, 0, seen('A'))).toBe('A');
    expect(counted(presence, 900, seen('A'))).toBeUndefined();
    expect(counted(presence, 1_800)).toBeUndefined();
    expect(counted(presence, 1_850, seen('A'))).toBeUndefined();
    expect(counted(presence, 2_850)).toBeUndefined();
    expect(counted(presence, 2_900, seen('A'))).toBe('A');
  });

  test('does not take a camera that stood still for a code that left', () => {
    const presence = new Presence();
    expect(counted(presence, 0, seen('A'))).toBe('A');
    expect(counted(presence, 60_000, seen('A'))).toBeUndefined();
  });

  test('counts the largest of several, and its neighbour only when it is alone for a second', () => {
    const presence = new Presence();
    expect(counted(presence, 0, seen('small', 10), seen('large', 20))).toBe('large');
    expect(counted(presence, 100, seen('small', 10))).toBeUndefined();
    expect(counted(presence, 1_000, seen('small', 10))).toBe('small');
  });

  test('counts the next person at once', () => {
    const presence = new Presence();
    expect(counted(presence, 0, seen('first'))).toBe('first');
    expect(counted(presence, 70, seen('second'))).toBe('second');
  });
});

describe('makeDecoder', () => {
  const size = { width: 400, height: 300 };
  const binary = 'Đỗ\u0000\\000026|';

  test.each(['zxing', 'jsqr'] as const)(
    'gives the very bytes of the symbol, and nothing for an empty scene: %s',
    async (name) => {
      const decode = await makeDecoder(name, size);
      const found = decode(frameWith(size, [{ text: binary, x: 40, y: 30, scale: 5 }]));
      expect(found.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([binary]);
      expect(found[0]?.area).toBeGreaterThan(90 * 90);
      expect(decode(frameWith(size, []))).toEqual([]);
    },
  );

  test('zxing reads codes that are light on dark, as phones show them', async () => {
    const decode = await makeDecoder('zxing', size);
    expect(decode(frameWith(size, [{ text: 'dark mode', x: 40, y: 30, scale: 5 }], { paper: 20, ink: 230 }))).toHaveLength(1);
  });

  test('zxing reads a blurred code in the dark by its second looks, and then in every frame while it stays', async () => {
    const decode = await makeDecoder('zxing', size);
    const sharp = frameWith(size, [{ text: 'a code in shade', x: 10, y: 10, scale: 4 }], { paper: 15, ink: 4 });
    const dark = sharp.map((_, at) => {
      let sum = 0;
      for (const line of [-1, 0, 1]) for (const column of [-1, 0, 1]) sum += sharp[at + line * size.width + column] ?? 15;
      return sum / 9;
    });
    const looks = Array.from({ length: 40 }, () => decode(dark).length);
    expect(looks[0]).toBe(0);
    const first = looks.indexOf(1);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(15);
    expect(looks.slice(first)).toEqual(looks.slice(first).map(() => 1));
  });
});

test('Decoding ends a decode that hangs, says so, and goes on', async () => {
  const size = { width: 1280, height: 720 };
  const looks: Looked[] = [];
  const told: (string | undefined)[] = [];
  const timings = { hangMs: 400, firstPauseMs: 10, maxPauseMs: 20 };
  const hooks = { looked: (looked: Looked) => void looks.push(looked), report: (message?: string) => void told.push(message) };
  const options = { ...OPTIONS, ...size, decoder: 'jsqr' as const, measured: false };
  const decoding = new Decoding(options, { ...hooks, random: () => 0 }, timings);
  onTestFinished(() => decoding.close());
  const show = (pixels: Uint8Array) => {
    decoding.writer.fill(pixels, 0);
    decoding.writer.publish({ wallMs: 0, monotonicMs: 0 });
  };
  // Noise keeps the decoder busy for longer than this test's watchdog allows.
  show(Uint8Array.from({ length: size.width * size.height }, () => Math.random() * 256));
  await eventually('the watchdog', () => told.length > 0);
  expect(told[0]).toMatch(/a decode took longer than 400 ms and was ended/);
  show(frameWith(size, [{ text: 'after', x: 100, y: 100, scale: 8 }]));
  await eventually('a decode', () => looks.length > 0);
  expect(looks[0]?.codes.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['after']);
  expect(told.at(-1)).toBeUndefined();
});

describe('pictureOf', () => {
  const size = { width: 200, height: 200 };
  const sharp = frameWith(size, [{ text: 'sharp', x: 20, y: 20, scale: 5 }]);
  const blurred = sharp.map((_, at) => {
    let sum = 0;
    for (let step = -4; step <= 4; step++) sum += sharp[Math.min(sharp.length - 1, Math.max(0, at + step))] ?? 0;
    return sum / 9;
  });

  test('says how bright, and how much is burnt out', () => {
    expect(pictureOf(new Uint8Array(40_000).fill(10), size)).toMatchObject({
      brightness: 10,
      burnt: 0,
      contrast: 0,
      sharpness: 0,
    });
    expect(pictureOf(new Uint8Array(40_000).fill(255), size).burnt).toBe(1);
  });

  test('finds a sharp picture sharper than the same one blurred', () => {
    expect(pictureOf(sharp, size).sharpness).toBeGreaterThan(0.9);
    expect(pictureOf(blurred, size).sharpness).toBeLessThan(0.3);
  });
});

describe('frameProgram', () => {
  test('asks ffmpeg for grey frames of the size from the device', () => {
    const { program, words, frameBytes } = frameProgram(OPTIONS);
    expect(`${program} ${words.join(' ')}`).toBe(
      'ffmpeg -nostdin -hide_banner -loglevel error -f v4l2 -input_format mjpeg -video_size 640x480 -framerate 15 -threads 1 ' +
        '-i /dev/video7 -vf scale=640:480,format=gray -fps_mode passthrough -f rawvideo -',
    );
    expect(frameBytes).toBe(640 * 480);
  });

  test('counts the colour planes of rpicam-vid, which are no pixels', () => {
    const { program, words, frameBytes } = frameProgram({ ...OPTIONS, source: 'rpicam' });
    expect(program).toBe('rpicam-vid');
    expect(words.join(' ')).toContain('--codec yuv420 --flush --output -');
    expect(frameBytes).toBe((640 * 480 * 3) / 2);
  });
});
