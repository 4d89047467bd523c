// What the gate shows that is no answer to a scan: somebody leaves by the button, a door or a cabinet that should be shut is not,
// the centre opens or asks which kiosk this is.

import type { Signal } from './feedback.ts';

/** The wording of each is the locale key `notice.<what>`. */
export type NoticeKind = 'exit-request' | 'command' | 'identify' | 'forced' | 'held-open' | 'tamper' | 'unauthorised';

export interface Notice {
  readonly what: NoticeKind;
  /** The row of the pattern table. */
  readonly signal: Signal;
  /** Whether the relay opens. */
  readonly opens: boolean;
  /** How long the relay holds; absent: as configured. */
  readonly pulseMs?: number;
}

const SHOWN: Readonly<Record<NoticeKind, Omit<Notice, 'what'>>> = {
  'exit-request': { signal: 'granted-out', opens: true },
  command: { signal: 'attention', opens: true },
  identify: { signal: 'identify', opens: false },
  forced: { signal: 'alarm', opens: false },
  'held-open': { signal: 'attention', opens: false },
  tamper: { signal: 'alarm', opens: false },
  unauthorised: { signal: 'alarm', opens: false },
};

export const noticeOf = (what: NoticeKind, pulseMs?: number): Notice => ({
  what,
  ...SHOWN[what],
  ...(pulseMs === undefined ? {} : { pulseMs }),
});
