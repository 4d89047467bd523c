// Generated scenes for the camera benchmark: an empty one, a code that wanders through it, and people who hold codes before it.

import { encodeQR } from 'qr';
import type { FrameSize } from '../../src/scanners/camera-options.ts';

/** A scene without a code: light falling off, blocks and grain, as behind a gate; `turn` moves it. */
export function stirred({ width, height }: FrameSize, turn: number): Uint8Array {
  const pixels = new Uint8Array(width * height);
  let state = 1 + turn;
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const block = ((Math.floor((x + turn * 7) / 90) * 31 + Math.floor(y / 60) * 17) % 5) * 18;
    pixels[at] = 60 + (x / width) * 60 + block + (state / 2_147_483_648) * 6;
  }
  return pixels;
}

interface Held {
  readonly text: string;
  /** Upper left corner, pixels; may lie outside. */
  readonly left: number;
  readonly top: number;
  /** Pixels a module. */
  readonly scale: number;
}

function hold(pixels: Uint8Array, { width, height }: FrameSize, { text, left, top, scale }: Held): void {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const side = rows.length * scale;
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    const modules = rows[Math.floor((y - top) / scale)];
    for (let x = Math.max(0, left); x < Math.min(width, left + side); x++) {
      pixels[y * width + x] = modules?.[Math.floor((x - left) / scale)] ? 40 : 210;
    }
  }
}

/** A scene with a code that wanders through it. */
export function wandering(size: FrameSize, turn: number, text = 'GATE-BENCH-0001'): Uint8Array {
  const pixels = stirred(size, turn);
  const [scale, side] = [5, 29 * 5];
  const left = (turn * 11) % Math.max(1, size.width - side);
  const top = (turn * 5) % Math.max(1, size.height - side);
  hold(pixels, size, { text, left, top, scale });
  return pixels;
}

export const PERSON_FRAMES = 15;

/** Pixels a module, and how bright the place is (1: well lit), for each person of the sequence. */
const PEOPLE = [
  [5, 1],
  [3, 1],
  [2, 1],
  [4, 0.06],
  [3, 0.05],
  [8, 0.1],
  [12, 1],
  [2, 0.4],
] as const;

export const PERSONS = PEOPLE.length;

/**
 * The frames of one person of the sequence, a second of them: a code comes in quickly from the left, comes to rest, goes on. Smeared
 * along its way by as much as it moves within a third of a frame, as by a camera's shutter.
 */
export function person(size: FrameSize, index: number): Uint8Array[] {
  const [scale, light] = PEOPLE[index % PEOPLE.length] ?? [5, 1];
  const side = 33 * scale;
  const rest = Math.floor((size.width - side) / 2);
  return Array.from({ length: PERSON_FRAMES }, (_, frame) => {
    const away = frame - PERSON_FRAMES / 2;
    const left = Math.round(rest + (away * Math.abs(away) * size.width) / 200);
    const pixels = stirred(size, index * PERSON_FRAMES + frame);
    hold(pixels, size, { text: `GATE-BENCH-PERSON-${index}`, left, top: Math.max(0, 300 - side / 2) | 0, scale });
    const smear = Math.round((Math.abs(away) * size.width) / 100 / 3);
    return smeared(pixels, size, smear).map((level) => level * light);
  });
}

/** Means over `reach` pixels of each row. */
function smeared(pixels: Uint8Array, { width, height }: FrameSize, reach: number): Uint8Array {
  if (reach < 2) return pixels;
  const out = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += pixels[row * width + x] ?? 0;
      if (x >= reach) sum -= pixels[row * width + x - reach] ?? 0;
      out[row * width + x] = sum / Math.min(x + 1, reach);
    }
  }
  return out;
}
