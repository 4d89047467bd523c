// Cases for the judge: a policy with the configuration's defaults, a past without anybody, and lists held in memory that
// count as absent when they are over, as the real ones do.

import type { Credential, Presented } from '../../src/admission/credentials/credential.ts';
import type { Acceptance, Case, Policy } from '../../src/admission/policy/rule.ts';
import type { HolderPolicy, ListName, Lists, Passage, Past, RosterEntry } from '../../src/admission/ports.ts';
import { MORNING } from '../admission/moment.ts';

export const HOUR_MS = 3_600_000;

/** The refs of the holder and of a guardian in these cases. */
export const REF = 'AAAAAAAAAAAAAAAAAAAAAAAAAA';
export const GUARDIAN = 'GGGGGGGGGGGGGGGGGGGGGGGGGG';

export const POLICY: Policy = {
  accept: {},
  antiPassback: 'warn',
  clock: 'warn',
  clearance: 'deny',
  maxListAgeHours: { warn: 24, deny: 168 },
  exitAllAt: '00:00',
};

export const NOTHING_BEFORE: Past = { lastPassage: () => undefined, inside: () => 0, isUsed: () => false, trustedMs: 0 };

export const CARD: Credential = {
  kind: 'cccd',
  identifier: '001099000001',
  holder: 'unlisted',
  label: '******000001',
  warnings: [],
};

/** A pass as a recogniser leaves it: proven, with what it grants. */
export const PASS: Credential = {
  kind: 'pass',
  identifier: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  holder: 'visitor',
  label: 'N**n V** M**',
  warnings: [],
  grant: { issuer: 'test', once: false },
};

export const ENTRY: RosterEntry = { ref: REF, holder: 'pupil', label: 'Lớp 6A, số 1' };

/** A passage `agoMs` before the morning's scan. */
export const passed = (direction: Passage['direction'], agoMs = 10 * 60_000): Passage => ({
  direction,
  instant: { wallMs: MORNING.wallMs - agoMs, monotonicMs: MORNING.monotonicMs - agoMs },
  boot: MORNING.boot,
});

/** A past with these passages, by person. */
export const pastOf = (passages: Readonly<Record<string, Passage>>, more: Partial<Past> = {}): Past => ({
  ...NOTHING_BEFORE,
  lastPassage: (person) => passages[person],
  ...more,
});

export interface ListContents {
  readonly roster?: readonly RosterEntry[];
  readonly revoked?: readonly string[];
  readonly policy?: Readonly<Record<string, HolderPolicy>>;
  /** When each list was issued; default: an hour before the morning. */
  readonly issuedMs?: number;
  readonly expiresMs?: number;
}

/** Lists with these contents; one that is not named is not there. */
export function listsOf({ roster, revoked, policy, issuedMs, expiresMs }: ListContents): Lists {
  const present: Partial<Record<ListName, unknown>> = { roster, revoked, policy };
  const info = {
    version: 1,
    issuedMs: issuedMs ?? MORNING.wallMs - HOUR_MS,
    expiresMs: expiresMs ?? MORNING.wallMs + 1000 * HOUR_MS,
  };
  return {
    info: (list, wallMs) => (present[list] === undefined || wallMs > info.expiresMs ? undefined : info),
    rosterEntry: (ref) => roster?.find((entry) => entry.ref === ref),
    isRevoked: (ref) => revoked?.includes(ref) === true,
    holderPolicy: (holder) => policy?.[holder],
  };
}

/** A case at a gate in the morning: one kind accepted so, nothing before, no lists. */
export function subject(presented: Presented, acceptance: Acceptance | undefined, more: Partial<Case> = {}): Case {
  const accept = acceptance === undefined ? {} : { [presented.kind]: acceptance };
  return {
    presented,
    ref: REF,
    gate: 'cong-chinh',
    direction: 'in',
    moment: MORNING,
    policy: { ...POLICY, accept },
    past: NOTHING_BEFORE,
    lists: listsOf({}),
    builtMs: 0,
    ...more,
  };
}
