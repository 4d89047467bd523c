// Ends the daemon in order: abort, then close the parts in reverse, all within one deadline. Exit code 0 only when every
// part closed in time; a second signal exits at once; no thread that hangs keeps the process. Signals and exits are
// close-with-grace's, order and words are ours.

import closeWithGrace from 'close-with-grace';
import { leaveAtExit } from './leave.ts';
import type { Log } from './log.ts';

/** A part's end; it may take time, but all parts together have one deadline. `leftMs`: until then. */
export type Close = (leftMs: number) => void | Promise<void>;

export interface Shutdown {
  /** Aborts when the end begins, before the first part is closed. */
  readonly signal: AbortSignal;
  /** Adds a part; parts close in the reverse of this order, one after the other. */
  onClose(part: string, close: Close): void;
  /**
   * Ends as `stop` does, then lets `next` make another program of this process; where it returns, that failed: code 1. Nothing once
   * the end has begun.
   */
  replace(next: () => void): void;
  /** Whether this end makes way for another program in the same process. */
  readonly replacing: boolean;
  /** Ends the process as a signal would: code 0, or 1 when `failure` says why. Nothing once the end has begun. */
  stop(failure?: Error): void;
}

export interface ShutdownOptions {
  readonly log: Log;
  /** For all parts together. */
  readonly deadlineMs?: number;
  /** Whether SIGHUP ends the process, as a terminal that is closed means it (default), or is the caller's to listen to. */
  readonly hangupEnds?: boolean;
}

/** Long enough for a flush to a slow card, short enough for an installer at the power switch. */
const DEADLINE_MS = 2_000;

/** Faults of the process are left to the kernel: a listener on them would return into the faulting instruction. */
const NOT_OURS: closeWithGrace.AllEvents[] = [
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'SIGUSR2',
];

/** One Ctrl-C under `npm start` is two signals: the terminal's to all of its programs, and the one that npm passes on. */
const SAME_PRESS_MS = 500;

/** For that long the signal that began the end counts no second time; then it does again. */
function countAsOne(signal: NodeJS.Signals): void {
  const listeners = process.listeners(signal).filter((listener) => listener !== hold);
  for (const listener of listeners) process.off(signal, listener);
  setTimeout(() => {
    for (const listener of listeners) process.on(signal, listener);
  }, SAME_PRESS_MS).unref();
}

/** While a signal has no listener at all, as between close-with-grace's first and second, it would end the process by itself. */
const HELD = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const hold = (): void => undefined;

interface Part {
  readonly part: string;
  readonly close: Close;
}

interface Closing {
  readonly log: Log;
  readonly deadlineMs: number;
  readonly begins: (part: string) => void;
}

/** One after the other: a part may rest on those opened before it. Whether all closed. */
async function closeAll(parts: readonly Part[], { log, deadlineMs, begins }: Closing): Promise<boolean> {
  const endMs = performance.now() + deadlineMs;
  let clean = true;
  for (const { part, close } of parts) {
    begins(part);
    try {
      await close(Math.max(0, endMs - performance.now()));
    } catch (err) {
      log.error({ err, part }, `stopping: ${part} did not close`);
      clean = false;
    }
  }
  return clean;
}

/**
 * Takes over SIGTERM, SIGINT, SIGHUP (see `hangupEnds`), uncaught exceptions and unhandled rejections of this process (the last two are logged
 * and end with code 1). Call it once.
 */
export function installShutdown({ log, deadlineMs = DEADLINE_MS, hangupEnds = true }: ShutdownOptions): Shutdown {
  for (const signal of HELD) process.on(signal, hold);
  const abort = new AbortController();
  const parts: Part[] = [];
  let failure: Error | undefined;
  let next: (() => void) | undefined;
  let stopping = false;
  let closing = 'nothing';

  const grace = closeWithGrace(
    {
      delay: deadlineMs,
      logger: false,
      skip: hangupEnds ? NOT_OURS : [...NOT_OURS, 'SIGHUP'],
      onTimeout: () => log.error({ part: closing, deadlineMs }, `stopping: ${closing} was not closed within ${deadlineMs} ms`),
      onSecondSignal: (signal) => log.warn({ signal, part: closing }, `stopping: ${signal} again, leaving at once`),
      onSecondError: (err) => log.error({ err, part: closing }, 'stopping: another error, leaving at once'),
    },
    async ({ signal, err }) => {
      stopping = true;
      if (signal !== undefined) countAsOne(signal);
      // Everything is closed by then.
      leaveAtExit();
      const cause = err ?? failure;
      if (cause === undefined) log.info({ ...(signal && { signal }) }, 'stopping');
      else log.error({ err: cause }, 'stopping because of an error');
      abort.abort(cause);
      const clean = await closeAll(parts.toReversed(), { log, deadlineMs, begins: (part) => (closing = part) });
      next?.();
      if (next) throw new Error('the process could not be replaced');
      // close-with-grace turns a rejection into exit code 1.
      if (!clean || cause !== undefined) throw cause ?? new Error('a part did not close');
      log.info({}, 'stopped');
    },
  );

  return {
    signal: abort.signal,
    onClose: (part, close) => {
      parts.push({ part, close });
    },
    get replacing() {
      return next !== undefined;
    },
    replace: (program) => {
      if (stopping || next) return;
      next = program;
      grace.close();
    },
    stop: (reason) => {
      if (stopping) return;
      failure = reason;
      grace.close();
    },
  };
}
