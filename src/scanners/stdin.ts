// Standard input as a scanner: a person typing, a pipe, a keyboard-wedge terminal. Ends with its input; a last line without
// a newline is a code. Keeps no process alive once aborted.

import type { Readable } from 'node:stream';
import type { Clock, FaultReport, LaneDirection, Scan } from '../admission/ports.ts';
import { hideTyping } from '../system/echo.ts';
import { Framer, type FramingOptions } from './framing.ts';
import { type AttachedScanner, readScans, SILENCE_MS } from './lines.ts';
import { bytesOf } from './readable.ts';

export interface StdinOptions extends FramingOptions {
  readonly id: string;
  readonly direction: LaneDirection;
}

export interface StdinDeps {
  readonly clock: Pick<Clock, 'read'>;
  readonly report: FaultReport;
  /** Default `process.stdin`; taken only when `scans` is read from, and destroyed when it ends or is aborted. */
  readonly input?: Readable;
}

/** A normal end is no fault and ends the scans; a failed read is reported as part `scanner:<id>` and ends them too. */
export function stdinScanner(options: StdinOptions, deps: StdinDeps): AttachedScanner {
  const framer = new Framer(options);
  return {
    id: options.id,
    direction: options.direction,
    opened: Promise.resolve(),
    discarded: framer.discarded,
    scans: (signal) => attend(options.id, deps, framer, signal),
  };
}

async function* attend(id: string, deps: StdinDeps, framer: Framer, signal: AbortSignal): AsyncGenerator<Scan, void> {
  const failed = (error: Error) =>
    deps.report(`scanner:${id}`, `standard input cannot be read any more (${error.message}); restart with a working one`);
  const input = deps.input ?? process.stdin;
  const showTyping = 'fd' in input && 'isTTY' in input && input.isTTY ? hideTyping(input.fd) : () => undefined;
  try {
    const chunks = bytesOf(input, signal, failed);
    yield* readScans(chunks, framer, { scanner: id, clock: deps.clock, signal, silenceMs: SILENCE_MS, lastLine: 'code' });
  } finally {
    showTyping();
  }
}
