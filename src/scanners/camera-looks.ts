// Which way a frame is looked at, one way a frame: an unread frame is followed by another way, so that a hard code costs a few
// frames of time and no frame costs more than about one pass of the library. Pure.

/**
 * plain: as it is. brightened: shadows made lighter, for codes in shade and on dim screens. smoothed: that at half the size, for
 * speckles, print dots, moire and a little blur. darkened: for glare and pale print. levelled: by one threshold for the whole
 * picture, at half and at full size, for lines through a print.
 */
export type Look = 'plain' | 'brightened' | 'smoothed' | 'darkened' | 'levelled';

/** Each third frame is looked at plainly, which reads most, and each third brightened: a code may be held for a few frames only. */
const USUAL = ['plain', 'brightened', 'smoothed', 'plain', 'brightened'] as const;
const ROUND: readonly [Look, ...Look[]] = [...USUAL, 'darkened', ...USUAL, 'levelled'];

/** So many frames of a code, and every way has been tried. */
export const ROUND_FRAMES = ROUND.length;

export class Looks {
  #turn = 0;

  /** How the next frame is to be looked at. */
  next(): Look {
    return ROUND[this.#turn] ?? ROUND[0];
  }

  /** What reads a code stays until it misses: the code must not seem to have left view, and the light has not changed. */
  took(read: boolean): void {
    if (!read) this.#turn = (this.#turn + 1) % ROUND.length;
  }
}
