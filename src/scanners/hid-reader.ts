// What turns the reports of one HID device into codes, as the reading loop sees it. Implementations are pure, keep at most one
// code's bytes, and live as long as their scanner, across replugs.

import type { Discarded, Framed } from './framing.ts';

export interface ReportReader {
  /** A device was opened; `descriptor` as sysfs has it (`report_descriptor`), empty where there is none. Never throws. */
  attach(descriptor: Uint8Array): void;
  /** Takes one report, its id included; the codes that end with it. Never throws. */
  push(report: Uint8Array): readonly Framed[];
  /** Whether a code has begun and not ended. */
  readonly pending: boolean;
  /** A code that has begun is at a standstill after this many milliseconds without a report. */
  readonly silenceMs: number;
  /** The standstill has come: the code it makes, where a pause ends one. */
  silence(): Framed | undefined;
  /** Gives up the code that has begun: the device is gone, or reports were missed. */
  lost(): void;
  /** Live counters. */
  readonly discarded: Discarded;
  /**
   * What is wrong with what the device sends, for as long as it is. `senseless`: no report fits. `unended`: one code after the
   * other stops before its end, or one goes on for longer than any code.
   */
  readonly trouble: 'senseless' | 'unended' | undefined;
}
