// Starts the publisher of lists in a process of its own, so that a large list takes no time from what is measured here.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./list-publisher.child.ts', import.meta.url));

export interface ListPublisher {
  /** Reads the file of the next list. */
  load(file: string): Promise<void>;
  /** Publishes it; resolves once the broker has acknowledged it. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves once it is connected. */
export async function startListPublisher(port: number, topic: string, signal: AbortSignal): Promise<ListPublisher> {
  const child = fork(CHILD, [String(port), topic], { signal });
  // Told by its exit.
  child.on('error', () => undefined);
  const ended = once(child, 'exit');
  const word = async (wanted: string): Promise<void> => {
    const said = await Promise.race([once(child, 'message'), ended.then(() => ['nothing: it ended'])]);
    if (said[0] !== wanted) throw new Error(`the publisher of lists said ${String(said[0])}, wanted ${wanted}`);
  };
  await word('connected');
  return {
    async load(file) {
      child.send({ file });
      await word('loaded');
    },
    async publish() {
      child.send({});
      await word('published');
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
