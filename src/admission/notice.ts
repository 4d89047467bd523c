// What the gate shows that is no answer to a scan: somebody leaves by the button, a door or a cabinet that should be shut is not.

import type { Signal } from './feedback.ts';

/** The wording of each is the locale key `notice.<what>`. */
export type NoticeKind = 'exit-request' | 'forced' | 'held-open' | 'tamper' | 'unauthorised';

export interface Notice {
  readonly what: NoticeKind;
  /** The row of the pattern table. */
  readonly signal: Signal;
  /** Whether the relay opens. */
  readonly opens: boolean;
}

const SHOWN: Readonly<Record<NoticeKind, Omit<Notice, 'what'>>> = {
  'exit-request': { signal: 'granted-out', opens: true },
  forced: { signal: 'alarm', opens: false },
  'held-open': { signal: 'attention', opens: false },
  tamper: { signal: 'alarm', opens: false },
  unauthorised: { signal: 'alarm', opens: false },
};

export const noticeOf = (what: NoticeKind): Notice => ({ what, ...SHOWN[what] });
