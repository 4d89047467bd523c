// How far long work is, on standard error, where that is a terminal: one line, written over and wiped away at the end.

import type { Words } from '../system/wording.ts';

export interface Progress {
  /** Cheap enough for every row. */
  readonly at: (done: number) => void;
  /** Wipes the line away, so that the answer stands alone. */
  readonly end: () => void;
}

const EVERY_MS = 200;
/** The time is asked for after so many steps. */
const STEPS = 256;
const ERASE_LINE = '\r\u001b[2K';

/** `total` 0: nothing to be told. */
export function progress(total: number, say: Words): Progress {
  if (!process.stderr.isTTY || total === 0) return { at: () => undefined, end: () => undefined };
  let told = performance.now();
  let shown = false;
  return {
    at: (done) => {
      if (done % STEPS !== 0 || performance.now() - told < EVERY_MS) return;
      told = performance.now();
      shown = true;
      const percent = Math.min(100, Math.floor((done / total) * 100));
      process.stderr.write(`${ERASE_LINE}${say('journal.progress', { done, total, percent })}`);
    },
    end: () => {
      if (shown) process.stderr.write(ERASE_LINE);
      shown = false;
    },
  };
}
