// Ending what a test has started.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a child, and its own children where it leads a group; resolves when it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
  await gone;
}
