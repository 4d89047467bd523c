// The judge: the order of the rules, pair by pair, and the direction of a grant.

import { describe, expect, test } from 'vitest';
import { KINDS, type Presented } from '../../../src/admission/credentials/credential.ts';
import { judge } from '../../../src/admission/policy/order.ts';
import type { Acceptance, Case, Policy } from '../../../src/admission/policy/rule.ts';
import type { Direction, LaneDirection, Past, RosterEntry } from '../../../src/admission/ports.ts';
import type { Verdict } from '../../../src/admission/verdict.ts';
import {
  CARD,
  ENTRY,
  HOUR_MS,
  type ListContents,
  listsOf,
  NOTHING_BEFORE,
  PASS,
  passed,
  pastOf,
  POLICY,
  REF,
  subject,
} from '../../fakes/judging.ts';
import { MORNING } from '../moment.ts';

const LOSSY: Presented = { ...CARD, warnings: ['lossy-text'] };
const MALFORMED: Presented = { kind: 'cccd', flaw: 'malformed' };
const TRUNCATED: Presented = { kind: 'cccd', flaw: 'truncated' };
const UNKNOWN: Presented = { kind: 'unknown', flaw: 'unrecognised' };

describe('judge', () => {
  test.each<[string, Presented, Acceptance | undefined, string]>([
    ['a kind that is refused', CARD, 'refuse', 'kind-refused'],
    ['a kind that is not configured', CARD, undefined, 'kind-refused'],
    ['a cut code', TRUNCATED, 'record', 'truncated'],
    ['a wrong code', MALFORMED, 'record', 'malformed'],
    ['a cut code where the roster decides', TRUNCATED, 'roster', 'truncated'],
    ['a sound code where the roster decides and there is none', CARD, 'roster', 'not-on-roster'],
    ['an unknown code', UNKNOWN, 'refuse', 'unrecognised'],
    ['an unknown code where nothing is configured', UNKNOWN, undefined, 'unrecognised'],
    ['a cut code of a refused kind: the kind is told first', TRUNCATED, 'refuse', 'kind-refused'],
    ['an unknown code that would be recorded: still not recognised', UNKNOWN, 'record', 'unrecognised'],
  ])('denies %s', (_, presented, acceptance, reason) => {
    expect(judge(subject(presented, acceptance))).toEqual({ verdict: 'denied', reason, direction: 'in' });
  });

  test('no flawed code of any kind is ever granted', () => {
    const flaws = [
      'malformed',
      'truncated',
      'unrecognised',
      'unknown-issuer',
      'bad-signature',
      'not-yet-valid',
      'expired',
    ] as const;
    const acceptances: Acceptance[] = ['verify', 'roster', 'record', 'refuse'];
    const verdicts = KINDS.flatMap((kind) =>
      flaws.flatMap((flaw) => acceptances.map((each) => judge(subject({ kind, flaw }, each, { entry: ENTRY })).verdict)),
    );
    expect(new Set(verdicts)).toEqual(new Set(['denied']));
    expect(verdicts).toHaveLength(KINDS.length * flaws.length * acceptances.length);
  });

  test('grants what is recorded, and carries its warnings', () => {
    expect(judge(subject(CARD, 'record'))).toEqual({ verdict: 'granted', reason: 'recorded', direction: 'in', warnings: [] });
    expect(judge(subject(LOSSY, 'record'))).toMatchObject({ verdict: 'granted', warnings: ['lossy-text'] });
  });

  test('grants a proven pass and somebody on the roster as ok', () => {
    const ok = { verdict: 'granted', reason: 'ok', direction: 'in', warnings: [] };
    expect(judge(subject(PASS, 'verify'))).toEqual(ok);
    expect(judge(subject(CARD, 'roster', { entry: ENTRY, lists: listsOf({ roster: [ENTRY] }) }))).toEqual(ok);
  });

  test.each<[LaneDirection, Direction | undefined, Direction]>([
    ['in', 'in', 'in'],
    ['out', undefined, 'out'],
    ['out', 'out', 'out'],
    ['both', undefined, 'in'],
    ['both', 'in', 'out'],
    ['both', 'out', 'in'],
  ])('a scanner that looks %s, last passage %s: granted %s', (direction, last, granted) => {
    const past = pastOf(last === undefined ? {} : { [REF]: passed(last) });
    expect(judge(subject(CARD, 'record', { direction, past }))).toMatchObject({ direction: granted });
  });

  test('the past is asked for this person on this presence day of the site', () => {
    const asked: unknown[] = [];
    const past: Past = { ...NOTHING_BEFORE, lastPassage: (...words) => void asked.push(words) };
    const lists = listsOf({ roster: [ENTRY] });
    judge(subject(CARD, 'record', { direction: 'both', past }));
    judge(subject(CARD, 'record', { direction: 'both', past, lists, entry: { ...ENTRY, person: 'P1' } }));
    judge(
      subject(CARD, 'record', { direction: 'both', past, policy: { ...POLICY, accept: { cccd: 'record' }, exitAllAt: '06:46' } }),
    );
    expect(asked).toEqual([
      [REF, '2026-11-21'],
      ['P1', '2026-11-21'],
      [REF, '2026-11-20'],
    ]);
  });

  test('a denial has no direction where the scanner looks both ways', () => {
    expect(judge(subject(UNKNOWN, 'refuse', { direction: 'both' }))).toEqual({ verdict: 'denied', reason: 'unrecognised' });
  });

  test('somebody without a pseudonym comes in', () => {
    const { ref: _, ...nobody } = subject(CARD, 'record', { direction: 'both', past: pastOf({ [REF]: passed('in') }) });
    expect(judge(nobody)).toMatchObject({ direction: 'in' });
  });

  test('the message of a hold goes to the guard, and no other term of the entry does', () => {
    const entry = { ...ENTRY, hold: 'Mời gặp bảo vệ' };
    const lists = listsOf({ roster: [entry] });
    const held = { verdict: 'denied', reason: 'blocked', detail: 'hold', message: 'Mời gặp bảo vệ', direction: 'in' };
    expect(judge(subject(CARD, 'roster', { entry, lists }))).toEqual(held);
    const full = { entry: { ...entry, untilMs: 0 }, lists };
    expect(judge(subject(CARD, 'roster', full))).toEqual({ verdict: 'denied', reason: 'expired', direction: 'in' });
  });

  test('an entry of a roster that is over counts for nothing', () => {
    const lists = listsOf({ roster: [ENTRY], expiresMs: MORNING.wallMs - 1 });
    expect(judge(subject(CARD, 'roster', { entry: ENTRY, lists }))).toMatchObject({ reason: 'not-on-roster' });
    expect(judge(subject(CARD, 'record', { entry: { ...ENTRY, hold: 'x' }, lists }))).toMatchObject({ reason: 'recorded' });
  });
});

/** What one case is made of, so that several rules can be broken at once. */
interface Draft {
  presented: Presented;
  acceptance: Acceptance;
  onRoster: boolean;
  entry: Partial<RosterEntry>;
  grant: object;
  lists: ListContents;
  policy: Partial<Policy>;
  more: Partial<Case>;
  past: Partial<Past>;
}

type Break = (draft: Draft) => void;

/** One way to break each rule, in the order in which their reasons must come. */
const BROKEN: readonly (readonly [string, Break])[] = [
  ['kind-refused', (draft) => void (draft.acceptance = 'refuse')],
  ['malformed', (draft) => void (draft.presented = { kind: 'pass', flaw: 'malformed' })],
  [
    'clock-untrusted',
    (draft) =>
      void (draft.more = { ...draft.more, moment: { ...MORNING, state: 'unsynchronised' }, builtMs: MORNING.wallMs + 1 }),
  ],
  ['list-too-old', (draft) => void (draft.lists = { ...draft.lists, issuedMs: MORNING.wallMs - 169 * HOUR_MS })],
  ['not-on-roster', (draft) => void (draft.onRoster = false)],
  ['expired', (draft) => void (draft.grant = { ...draft.grant, expires: 1 })],
  ['wrong-gate', (draft) => void (draft.entry = { ...draft.entry, gates: ['cong-sau'] })],
  ['revoked', (draft) => void (draft.lists = { ...draft.lists, revoked: [REF] })],
  ['outside-hours', (draft) => void (draft.entry = { ...draft.entry, hours: { windows: [] } })],
  [
    'already-used',
    (draft) => {
      draft.grant = { ...draft.grant, once: true };
      draft.past = { ...draft.past, isUsed: () => true };
    },
  ],
  [
    'passback',
    (draft) => {
      draft.policy = { ...draft.policy, antiPassback: 'deny' };
      draft.past = { ...draft.past, lastPassage: (person) => (person === REF ? passed('out') : undefined) };
    },
  ],
  ['blocked hold', (draft) => void (draft.entry = { ...draft.entry, hold: 'Mời gặp bảo vệ' })],
  ['blocked escort', (draft) => void (draft.entry = { ...draft.entry, escort: { by: [], before: '12:00' } })],
  [
    'blocked capacity',
    (draft) => {
      draft.policy = { ...draft.policy, capacity: 5 };
      draft.past = { ...draft.past, inside: () => 5 };
      draft.more = { ...draft.more, direction: 'in' };
    },
  ],
  ['blocked clearance', (draft) => void (draft.entry = { ...draft.entry, clearance: { name: 'health' } })],
];

/** On the way out nobody needs room, and on the way in nobody an escort; who passes again the same way counts already. */
const EXCLUDE_EACH_OTHER = new Set(['passback+blocked capacity', 'blocked escort+blocked capacity']);

/** A case that breaks these rules and no other. */
function caseOf(...breaks: readonly Break[]): Case {
  const draft: Draft = {
    presented: PASS,
    acceptance: 'roster',
    onRoster: true,
    entry: {},
    grant: {},
    lists: { revoked: [] },
    policy: {},
    more: { direction: 'out' },
    past: {},
  };
  for (const each of breaks) each(draft);
  const entry = { ...ENTRY, ...draft.entry };
  const presented =
    'flaw' in draft.presented ? draft.presented : { ...PASS, grant: { issuer: 'test', once: false, ...draft.grant } };
  return subject(presented, draft.acceptance, {
    ...(draft.onRoster ? { entry } : {}),
    lists: listsOf({ ...draft.lists, roster: [entry] }),
    past: { ...NOTHING_BEFORE, ...draft.past },
    ...draft.more,
    policy: { ...POLICY, ...draft.policy, accept: { pass: draft.acceptance } },
  });
}

const saidBy = (verdict: Verdict): string =>
  verdict.verdict === 'denied' && verdict.detail !== undefined ? `${verdict.reason} ${verdict.detail}` : verdict.reason;

describe('the order of the rules', () => {
  test('a case that breaks none is granted', () => {
    expect(judge(caseOf())).toEqual({ verdict: 'granted', reason: 'ok', direction: 'out', warnings: [] });
  });

  test.each(BROKEN)('%s, when nothing else is broken', (reason, broken) => {
    expect(saidBy(judge(caseOf(broken)))).toBe(reason);
  });

  const pairs = BROKEN.flatMap(([first, a], index) => BROKEN.slice(index + 1).map(([second, b]) => ({ first, second, a, b })));
  const possible = pairs.filter(({ first, second }) => !EXCLUDE_EACH_OTHER.has(`${first}+${second}`));

  test('saw every pair', () => {
    expect([BROKEN.length, pairs.length, possible.length]).toEqual([15, 105, 103]);
  });

  test.each(possible)('$first comes before $second', ({ first, a, b }) => {
    expect(saidBy(judge(caseOf(a, b)))).toBe(first);
    expect(saidBy(judge(caseOf(b, a)))).toBe(first);
  });

  test.each<[string, Break]>([
    ['expired', (draft) => void (draft.grant = { ...draft.grant, expires: 1 })],
    ['wrong-gate', (draft) => void (draft.grant = { ...draft.grant, gates: ['cong-sau'] })],
    ['revoked', (draft) => void (draft.lists = { ...draft.lists, revoked: [REF] })],
  ])('a pass that is %s says so although the revocations are too old to say more', (reason, broken) => {
    const signed: Break = (draft) => void (draft.acceptance = 'verify');
    const old: Break = (draft) => void (draft.lists = { ...draft.lists, issuedMs: MORNING.wallMs - 169 * HOUR_MS });
    expect(saidBy(judge(caseOf(signed, old)))).toBe('list-too-old');
    expect(saidBy(judge(caseOf(signed, old, broken)))).toBe(reason);
  });

  test('warnings of several rules add up, in their order', () => {
    const entry: RosterEntry = { ...ENTRY, clearance: { name: 'health' } };
    const verdict = judge(
      subject(LOSSY, 'roster', {
        entry,
        lists: listsOf({ roster: [entry], issuedMs: MORNING.wallMs - 25 * HOUR_MS }),
        moment: { ...MORNING, state: 'unsynchronised' },
        past: pastOf({ [REF]: passed('in') }),
        policy: { ...POLICY, accept: { cccd: 'roster' }, clearance: 'warn' },
      }),
    );
    expect(verdict).toMatchObject({
      verdict: 'granted',
      warnings: ['lossy-text', 'clock-untrusted', 'list-too-old', 'passback', 'clearance-missing'],
    });
  });
});
