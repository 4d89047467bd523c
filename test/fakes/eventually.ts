// Waiting for a condition with a deadline: the only way tests wait.

import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  /** Default 30 s: machines are shared and noisy; a test that passes does not wait for it. */
  readonly deadlineMs?: number;
  /** What to show when the deadline passes. */
  readonly detail?: () => string;
}

/** Resolves with the first answer that is neither undefined nor false. @throws an error naming what did not come about */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { deadlineMs = 30_000, detail }: Patience = {},
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end)
      throw new Error(`did not come about within ${deadlineMs} ms: ${what}${detail ? `\n${detail()}` : ''}`);
    await delay(10);
  }
}
