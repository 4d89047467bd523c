// A child process that speaks in lines on standard output. Each line carries the moment its chunk was read, taken before
// anything else is done with it; what the child says on standard error is kept, bounded, for the message when it fails.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Line {
  readonly text: string;
  /** `performance.now()` of this process. */
  readonly atMs: number;
}

export interface Child {
  readonly process: ChildProcess;
  /** The next line; rejects when the child ends or `withinMs` passes without one. */
  line(withinMs: number): Promise<Line>;
  /** SIGTERM, after `graceMs` SIGKILL; resolves once it is gone. May be called for a child that ended. */
  stop(graceMs?: number): Promise<void>;
}

const ERRORS_KEPT = 4_000;

/** The child is ended when `signal` aborts. */
export function startChild(command: string, args: readonly string[], signal: AbortSignal): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const lines: Line[] = [];
  let errors = '';
  let waiting: { resolve: (line: Line) => void; reject: (error: Error) => void } | undefined;
  const ended = Promise.withResolvers<void>();
  const take = (line: Line): void => {
    if (waiting === undefined) lines.push(line);
    else waiting.resolve(line);
    waiting = undefined;
  };
  const fail = (how: string): void => {
    waiting?.reject(new Error(`${command} ${how}\n${errors}`));
  };
  readLines(child.stdout, take);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-ERRORS_KEPT)));
  child.on('error', (error) => fail(`failed: ${error.message}`));
  child.once('exit', (code, by) => {
    ended.resolve();
    fail(`ended with ${String(by ?? code)}`);
  });
  return {
    process: child,
    async line(withinMs) {
      const ready = lines.shift();
      if (ready) return ready;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${command} has ended\n${errors}`);
      const { promise, resolve, reject } = Promise.withResolvers<Line>();
      waiting = { resolve, reject };
      const timer = setTimeout(() => reject(new Error(`${command} said nothing for ${withinMs} ms\n${errors}`)), withinMs);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    async stop(graceMs = 5_000) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended.promise;
      clearTimeout(timer);
    },
  };
}

function readLines(stream: Readable, take: (line: Line) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const atMs = performance.now();
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const text of parts) take({ text, atMs });
  });
}
