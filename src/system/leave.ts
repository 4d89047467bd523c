// Leaving although a thread hangs: Node ends its threads before it leaves, and one that waits for a name server, a card or a share
// that is gone can't be ended; the process would stay for as long, its exit code said and everything in it closed.

import { flushCompileCache } from 'node:module';

import { libc } from './libc.ts';

/** Ends the process as `process.exit` does, after its `exit` listeners, and waits for no thread. */
export function leave(code: number): never {
  leaveAtExit();
  process.exit(code);
}

/** From now on an exit waits for no thread. Listeners on `exit` that are there already are heard, later ones are not. */
export function leaveAtExit(): void {
  process.once('exit', (code) => {
    // Node would do it later in its own exit: the next start is quicker and smaller by what this one compiled.
    flushCompileCache();
    libc()?.leave(code);
  });
}
