// What an installer should do about a camera, by what was measured. Pure; the figures that it goes by stand here.

import type { Looked } from '../../scanners/camera-worker.ts';

/** A hint, as the end of its wording's key. */
export type Hint = 'no-frames' | 'slow' | 'dark' | 'burnt' | 'flat' | 'blurred' | 'too-near' | 'too-far' | 'late' | 'no-code';

export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

export interface Judgement {
  readonly frames: number;
  readonly framesPerSecond: number;
  /** From a frame's last byte to its codes, milliseconds. */
  readonly ageMs: Spread;
  readonly decodeMs: Spread;
  /** Medians of what camera-picture.ts measures. */
  readonly brightness: number;
  readonly burnt: number;
  readonly contrast: number;
  readonly sharpness: number;
  /** Frames in which a code was read. */
  readonly framesWithCode: number;
  /** What is wrong, the worst first; empty: all good. */
  readonly hints: readonly Hint[];
}

export interface Measured {
  readonly seconds: number;
  readonly fps: number;
  /** Pixels of what is looked at. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly looks: readonly (Looked & { readonly ageMs: number })[];
}

const DARK = 45;
const BURNT_SHARE = 0.3;
const FLAT = 40;
/** A code in focus has edges of a half of the contrast or more; one that no decoder reads has less than a sixth. */
const BLURRED = 0.17;
const FPS_SHARE = 0.7;
const AGE_MS = 250;
/** The code's side against the picture's shorter one; with its white margin it then has no room to move. */
const TOO_NEAR = 0.65;
/** Share of the picture that a code fills. */
const TOO_FAR = 0.01;

export function judge({ seconds, fps, width, height, frames, looks }: Measured): Judgement {
  const pictures = looks.flatMap(({ picture }) => (picture ? [picture] : []));
  const spread = (values: readonly number[]): Spread => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95) });
  const middle = (name: 'brightness' | 'burnt' | 'contrast' | 'sharpness') =>
    percentile(
      pictures.map((each) => each[name]),
      0.5,
    );
  const areas = looks.flatMap(({ codes }) => codes.map(({ area }) => area));
  const figures = {
    frames,
    framesPerSecond: frames / seconds,
    ageMs: spread(looks.map(({ ageMs }) => ageMs)),
    decodeMs: spread(looks.map(({ decodeMs }) => decodeMs)),
    brightness: middle('brightness'),
    burnt: middle('burnt'),
    contrast: middle('contrast'),
    sharpness: middle('sharpness'),
    framesWithCode: looks.filter(({ codes }) => codes.length > 0).length,
  };
  const area = percentile(areas, 0.5);
  const wrong: readonly (readonly [Hint, boolean])[] = [
    ['dark', figures.brightness < DARK],
    ['burnt', figures.burnt > BURNT_SHARE],
    // Where a code was read, the lens is neither covered nor fogged.
    ['flat', figures.contrast < FLAT && areas.length === 0],
    ['blurred', figures.contrast >= FLAT && figures.sharpness < BLURRED],
    ['too-near', areas.length > 0 && Math.sqrt(area) > TOO_NEAR * Math.min(width, height)],
    ['too-far', areas.length > 0 && area < TOO_FAR * width * height],
    ['slow', figures.framesPerSecond < fps * FPS_SHARE],
    ['late', figures.ageMs.p95 > AGE_MS],
    ['no-code', areas.length === 0],
  ];
  return { ...figures, hints: looks.length === 0 ? ['no-frames'] : wrong.flatMap(([hint, is]) => (is ? [hint] : [])) };
}

/** Nearest rank; 0 for no values. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
