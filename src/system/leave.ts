// Leaving when everything that matters is done. Node's own exit waits for the threads of its pool, and one of them may wait for a name
// server or a file system that does not answer: for ten seconds and more.

import { libc } from './libc.ts';

/** Ends the process as `process.exit` does, after its `exit` listeners, without that wait; where it can't, with it. */
export function leave(code: number): never {
  leaveAtExit();
  process.exit(code);
}

/** The same for whatever calls `process.exit` from now on. Last of the `exit` listeners that there are: those after it are not heard. */
export function leaveAtExit(): void {
  process.once('exit', (code) => libc()?.leave(code));
}
