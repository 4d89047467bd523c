// Verdict -> what the person and the guard get at once: the words, the lamp and buzzer signal, and whether the gate opens.

import type { Kind, Presented } from './credentials/credential.ts';
import { isFlawed } from './credentials/credential.ts';
import type { Direction, LaneDirection, RosterEntry } from './ports.ts';
import { fixedDirection } from './policy/rule.ts';
import type { Denied, Detail, Reason, Verdict } from './verdict.ts';

/** The rows of the pattern table (config/patterns.json): what each looks and sounds like is data. */
export const SIGNALS = [
  'ready',
  'granted-in',
  'granted-out',
  'repeat',
  'denied',
  'unreadable',
  'attention',
  'caution',
  'alarm',
  'identify',
  'fault',
] as const;
export type Signal = (typeof SIGNALS)[number];

export interface Feedback {
  readonly verdict: 'granted' | 'denied';
  readonly reason: Reason;
  readonly direction?: Direction;
  readonly kind: Kind;
  /** Masked; absent where nobody was identified. */
  readonly label?: string;
  /** Which cause of `blocked`, and the issuer's message to the guard. */
  readonly detail?: Detail;
  readonly message?: string;
  /** The lamp's row. */
  readonly signal: Signal;
  /** A repeat shows the first lamp again with the soft sound of the row `repeat`. */
  readonly repeated: boolean;
  /** Whether the relay opens: once for each recorded grant, so that a repeat lets no second person through. */
  readonly opens: boolean;
}

/** Codes that another try may cure, so that the sound says "try again", not "no". */
const TRY_AGAIN: ReadonlySet<Denied['reason']> = new Set(['unrecognised', 'truncated', 'malformed']);

function signalOf(verdict: Verdict): Signal {
  if (verdict.verdict === 'denied') return TRY_AGAIN.has(verdict.reason) ? 'unreadable' : 'denied';
  if (verdict.warnings.length > 0) return 'attention';
  return verdict.direction === 'in' ? 'granted-in' : 'granted-out';
}

/** The roster's label is what its issuer wrote for the guard; a code's own is masked. */
const shown = (presented: Presented, entry?: RosterEntry) => ({
  kind: presented.kind,
  ...(isFlawed(presented) ? {} : { label: entry?.label ?? presented.label }),
});

const way = (direction: Direction | undefined) => (direction === undefined ? {} : { direction });

/** What a recorded verdict shows. */
export function feedbackOf(verdict: Verdict, presented: Presented, entry?: RosterEntry): Feedback {
  const { detail, message } = verdict.verdict === 'denied' ? verdict : {};
  return {
    verdict: verdict.verdict,
    reason: verdict.reason,
    ...way(verdict.direction),
    ...shown(presented, entry),
    ...(detail === undefined ? {} : { detail }),
    ...(message === undefined ? {} : { message }),
    signal: signalOf(verdict),
    repeated: false,
    opens: verdict.verdict === 'granted',
  };
}

/** The same code again within the window: the earlier verdict, nothing opens, nothing is recorded. */
export function repeatOf(earlier: Feedback): Feedback {
  return { ...earlier, reason: 'repeat', repeated: true, opens: false };
}

/**
 * The journal could not be written: what the site configured for that (`journal.onFailure`). `grant` lets nobody pass whom the
 * rules deny.
 */
export function journalFailed(
  verdict: Verdict,
  scan: { readonly presented: Presented; readonly direction: LaneDirection; readonly onFailure: 'deny' | 'grant' },
): Feedback {
  const { presented, direction, onFailure } = scan;
  const granted = onFailure === 'grant' && verdict.verdict === 'granted';
  return {
    verdict: granted ? 'granted' : 'denied',
    reason: 'journal-failed',
    ...way(fixedDirection(direction)),
    ...shown(presented),
    signal: granted ? 'attention' : 'denied',
    repeated: false,
    opens: granted,
  };
}
