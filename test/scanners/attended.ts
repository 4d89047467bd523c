// A scanner with somebody at its end: collects what it yields and reports, stops on demand.

import { performance } from 'node:perf_hooks';
import type { Clock, Scan, Scanner } from '../../src/admission/ports.ts';

export const clock: Pick<Clock, 'read'> = { read: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }) };

export interface Attended {
  readonly scans: readonly Scan[];
  /** The codes as text, `!overlong` for a fault. */
  readonly texts: readonly string[];
  /** True once the scans have ended by themselves or after a stop. */
  readonly ended: boolean;
  /** Aborts and resolves when the scans have ended; rejects with what they threw. */
  stop(): Promise<void>;
}

/** Reads from `scanner` at once; `take` may hold the next code back by what it returns. */
export function attend(scanner: Scanner, take: (scan: Scan) => Promise<void> | undefined = () => undefined): Attended {
  const abort = new AbortController();
  const scans: Scan[] = [];
  let ended = false;
  const reading = (async () => {
    for await (const scan of scanner.scans(abort.signal)) {
      scans.push(scan);
      await take(scan);
    }
    ended = true;
  })();
  return {
    scans,
    get texts() {
      return scans.map(({ bytes, fault }) => (fault ? `!${fault}` : Buffer.from(bytes).toString()));
    },
    get ended() {
      return ended;
    },
    stop() {
      abort.abort();
      return reading;
    },
  };
}

/** The faults of one scanner as they are reported: messages, `undefined` for regained. */
export function faults(): { readonly told: (string | undefined)[]; report(part: string, message: string | undefined): void } {
  const told: (string | undefined)[] = [];
  return { told, report: (_part, message) => void told.push(message) };
}
