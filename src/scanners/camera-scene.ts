// Whether something new is in view, by a coarse grid of the picture: an empty scene must cost little, a person with a code gets every
// second look there is. Pure; keeps 576 levels, from which nobody can be recognised.

import type { FrameSize } from './camera-options.ts';

const COLUMNS = 32;
const ROWS = 18;
/** Levels by which a cell must differ: more than grain and flicker do, less in the dark. */
const DIFFERENT = { least: 3, most: 10, share: 0.2 };
/** Share of the cells: a phone at arm's length fills more. */
const SHARE = 0.01;
/** Of each frame goes into what counts as usual: what stays becomes usual within two seconds. */
const ADAPTING = 0.1;

export class Scene {
  readonly #size: FrameSize;
  /** Begins far from any picture: a camera's first ones are all new. */
  readonly #usual = new Float32Array(COLUMNS * ROWS).fill(-255);

  constructor(size: FrameSize) {
    this.#size = size;
  }

  /** Takes a picture in; whether it differs from what has been in view. */
  isNew(pixels: Uint8Array): boolean {
    const { width, height } = this.#size;
    let different = 0;
    for (let cell = 0; cell < this.#usual.length; cell++) {
      const row = Math.floor(((Math.floor(cell / COLUMNS) + 0.5) * height) / ROWS);
      const from = row * width + Math.floor(((cell % COLUMNS) * width) / COLUMNS);
      const to = row * width + Math.floor((((cell % COLUMNS) + 1) * width) / COLUMNS);
      let sum = 0;
      for (let at = from; at < to; at++) sum += pixels[at] ?? 0;
      const usual = this.#usual[cell] ?? 0;
      const change = sum / Math.max(1, to - from) - usual;
      const bound = Math.max(DIFFERENT.least, Math.min(DIFFERENT.most, usual * DIFFERENT.share));
      if (Math.abs(change) > bound) different += 1;
      this.#usual[cell] = usual + change * ADAPTING;
    }
    return different >= this.#usual.length * SHARE;
  }
}
