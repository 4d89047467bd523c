// Starts the centre in a process of its own, so that it takes no time from what is measured here.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the centre saw; times are milliseconds since 1970 with fractions, the same clock in every process. */
export interface Tally {
  readonly messages: number;
  readonly bytes: number;
  /** The highest sequence number. */
  readonly sequence: number;
  /** Messages that began above the number after the highest. */
  readonly gaps: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Word {
  readonly kind: 'subscribed' | 'reached' | 'told';
  readonly tally: Tally;
}

export interface Centre {
  /** Resolves when the awaited sequence number has come. */
  readonly reached: Promise<Tally>;
  tell(): Promise<Tally>;
  stop(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('./centre.child.ts', import.meta.url));

/** Resolves once it is subscribed to `{base}/event` and `{base}/batch`. Without `awaited` it waits for no number. */
export async function startCentre(options: {
  readonly port: number;
  readonly base: string;
  readonly receipts: boolean;
  readonly awaited?: number;
  readonly signal: AbortSignal;
}): Promise<Centre> {
  const words = [options.port, options.base, options.receipts ? 'receipts' : 'none', options.awaited ?? Number.MAX_SAFE_INTEGER];
  const child = fork(CHILD, words.map(String), { signal: options.signal });
  // Told by its exit.
  child.on('error', () => undefined);
  const waiting = new Map<Word['kind'], PromiseWithResolvers<Tally>>();
  const word = (kind: Word['kind']): Promise<Tally> => {
    const wait = Promise.withResolvers<Tally>();
    waiting.set(kind, wait);
    return wait.promise;
  };
  child.on('message', ({ kind, tally }: Word) => waiting.get(kind)?.resolve(tally));
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the centre ended'));
  });
  const reached = word('reached');
  // Where nobody waits for it, its end is no failure.
  reached.catch(() => undefined);
  await word('subscribed');
  return {
    reached,
    async tell() {
      child.send('tell');
      return await word('told');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
