// What the gate shows that is no answer to a scan: somebody leaves by the button, a door or a cabinet that should be shut is not,
// the centre opens or asks which kiosk this is.

import type { Signal } from './feedback.ts';

/** The wording of each is the locale key `notice.<what>`. */
export type NoticeKind = 'exit-request' | 'command' | 'identify' | 'forced' | 'held-open' | 'tamper' | 'unauthorised';

export interface Notice {
  readonly what: NoticeKind;
  /** The row of the pattern table. */
  readonly signal: Signal;
  /**
   * `now`: at once, whatever is being shown. `alarm`: the same, and where a scan's answer cuts it off it begins again after that.
   * `later`: after an answer that is being shown, which somebody at the gate is looking at.
   */
  readonly urgency: 'now' | 'alarm' | 'later';
  /** Whether the relay opens: green is for whoever it opens for, so that a notice that opens nothing has another lamp. */
  readonly opens: boolean;
  /** How long the relay holds; absent: as configured. */
  readonly pulseMs?: number;
}

const ALARM = { signal: 'alarm', urgency: 'alarm', opens: false } as const;

const SHOWN: Readonly<Record<NoticeKind, Omit<Notice, 'what'>>> = {
  'exit-request': { signal: 'granted-out', urgency: 'now', opens: true },
  command: { signal: 'attention', urgency: 'now', opens: true },
  identify: { signal: 'identify', urgency: 'later', opens: false },
  forced: ALARM,
  'held-open': { signal: 'caution', urgency: 'later', opens: false },
  tamper: ALARM,
  unauthorised: ALARM,
};

export const noticeOf = (what: NoticeKind, pulseMs?: number): Notice => ({
  what,
  ...SHOWN[what],
  ...(pulseMs === undefined ? {} : { pulseMs }),
});
