// Every rule of the policy alone, at its edges.

import { describe, expect, test } from 'vitest';
import type { Presented } from '../../../src/admission/credentials/credential.ts';
import { noPassback } from '../../../src/admission/policy/passback.ts';
import { roomInside } from '../../../src/admission/policy/capacity.ts';
import { cleared } from '../../../src/admission/policy/clearance.ts';
import { clockTrusted } from '../../../src/admission/policy/clock.ts';
import { rightGate } from '../../../src/admission/policy/gates.ts';
import { noHold } from '../../../src/admission/policy/hold.ts';
import { revocationsYoung, rosterYoung } from '../../../src/admission/policy/list-age.ts';
import { unused } from '../../../src/admission/policy/once.ts';
import { notRevoked } from '../../../src/admission/policy/revoked.ts';
import type { Acceptance, Case, Policy } from '../../../src/admission/policy/rule.ts';
import { validNow } from '../../../src/admission/policy/validity.ts';
import type { Direction, LaneDirection, RosterEntry } from '../../../src/admission/ports.ts';
import {
  CARD,
  ENTRY,
  GUARDIAN,
  HOUR_MS,
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

const deny = (reason: string, detail?: string) => ({ deny: reason, ...(detail === undefined ? {} : { detail }) });
const NONE = undefined;

/** A case of somebody on the roster with these terms. */
function listed(terms: Partial<RosterEntry>, more: Partial<Case> = {}, acceptance: Acceptance = 'roster'): Case {
  const entry = { ...ENTRY, ...terms };
  return subject(CARD, acceptance, { entry, lists: listsOf({ roster: [entry] }), ...more });
}

const granting = (grant: object): Presented => ({ ...PASS, grant: { issuer: 'test', once: false, ...grant } });
const policy = (acceptance: Acceptance, more: Partial<Policy>): Policy => ({
  ...POLICY,
  accept: { cccd: acceptance, pass: acceptance },
  ...more,
});

describe('clockTrusted', () => {
  const UNSURE = { ...MORNING, state: 'unsynchronised' as const };
  test.each<[string, Acceptance, Partial<Case>, object | undefined]>([
    ['a synchronised clock, even before the build', 'roster', { builtMs: MORNING.wallMs + 1 }, NONE],
    ['an unsynchronised one: with attention', 'roster', { moment: UNSURE }, { warn: 'clock-untrusted' }],
    ['for a signature as well', 'verify', { moment: UNSURE }, { warn: 'clock-untrusted' }],
    ['before the build', 'verify', { moment: UNSURE, builtMs: MORNING.wallMs + 1 }, deny('clock-untrusted')],
    ['at the build', 'verify', { moment: UNSURE, builtMs: MORNING.wallMs }, { warn: 'clock-untrusted' }],
    [
      'before a trusted time of the record',
      'roster',
      { moment: UNSURE, past: { ...NOTHING_BEFORE, trustedMs: MORNING.wallMs + 1 } },
      deny('clock-untrusted'),
    ],
    [
      'where the site says deny',
      'roster',
      { moment: UNSURE, policy: policy('roster', { clock: 'deny' }) },
      deny('clock-untrusted'),
    ],
    ['never for who is written down', 'record', { moment: UNSURE, builtMs: MORNING.wallMs + 1 }, NONE],
  ])('%s', (_, acceptance, more, ruling) => {
    expect(clockTrusted(subject(CARD, acceptance, more))).toEqual(ruling);
  });
});

describe('rosterYoung and revocationsYoung', () => {
  const aged = (hours: number) => ({ issuedMs: MORNING.wallMs - hours * HOUR_MS });
  test.each<[string, Acceptance, object, object | undefined]>([
    ['a young roster', 'roster', { roster: [], ...aged(24) }, NONE],
    ['a roster over the first limit', 'roster', { roster: [], ...aged(24.001) }, { warn: 'list-too-old' }],
    ['a roster at the last limit', 'roster', { roster: [], ...aged(168) }, { warn: 'list-too-old' }],
    ['a roster over it', 'roster', { roster: [], ...aged(168.001) }, deny('list-too-old')],
    ['a roster of tomorrow', 'roster', { roster: [], ...aged(-24) }, NONE],
    ['old revocations where the roster decides', 'roster', { revoked: [], ...aged(1000) }, NONE],
    ['old revocations where the signature decides', 'verify', { revoked: [], ...aged(169) }, deny('list-too-old')],
    ['revocations over the first limit', 'verify', { revoked: [], ...aged(25) }, { warn: 'list-too-old' }],
    ['an old roster where the signature decides', 'verify', { roster: [], ...aged(1000) }, NONE],
    ['no list at all', 'verify', {}, NONE],
    ['revocations that are over count as absent', 'verify', { revoked: [], ...aged(169), expiresMs: 0 }, NONE],
    ['any age for who is written down', 'record', { roster: [], revoked: [], ...aged(1000) }, NONE],
  ])('%s', (_, acceptance, lists, ruling) => {
    const aCase = subject(CARD, acceptance, { lists: listsOf(lists) });
    expect(rosterYoung(aCase) ?? revocationsYoung(aCase)).toEqual(ruling);
  });
});

describe('validNow', () => {
  const nowMs = MORNING.wallMs;
  const seconds = Math.floor(nowMs / 1000);
  test.each<[string, Case, object | undefined]>([
    ['a pass without limits', subject(PASS, 'verify'), NONE],
    ['a pass that begins in a minute', subject(granting({ notBefore: seconds + 60 }), 'verify'), NONE],
    ['a pass that begins later', subject(granting({ notBefore: seconds + 61 }), 'verify'), deny('not-yet-valid')],
    ['a pass that ended less than a minute ago', subject(granting({ expires: seconds - 59 }), 'verify'), NONE],
    ['a pass that ended before', subject(granting({ expires: seconds - 61 }), 'verify'), deny('expired')],
    [
      'a pass that never began and is over',
      subject(granting({ notBefore: seconds + 99, expires: 1 }), 'verify'),
      deny('not-yet-valid'),
    ],
    ['an entry to its last moment and the minute after', listed({ fromMs: nowMs + 60_000, untilMs: nowMs - 60_000 }), NONE],
    ['an entry that begins later', listed({ fromMs: nowMs + 60_001 }), deny('not-yet-valid')],
    ['an entry that is over', listed({ untilMs: nowMs - 60_001 }), deny('expired')],
    [
      'a valid pass on a roster entry that is over',
      listed({ untilMs: 0 }, { presented: granting({}), policy: policy('verify', {}) }),
      deny('expired'),
    ],
    ['who is written down, whatever the entry', listed({ untilMs: 0 }, {}, 'record'), NONE],
  ])('%s', (_, given, ruling) => {
    expect(validNow(given)).toEqual(ruling);
  });
});

describe('rightGate', () => {
  const visitors = (gates: readonly string[]) => listsOf({ policy: { visitor: { gates } } });
  test.each<[string, Case, object | undefined]>([
    ['a pass for all gates', subject(PASS, 'verify'), NONE],
    ['a pass for this one among others', subject(granting({ gates: ['cong-sau', 'cong-chinh'] }), 'verify'), NONE],
    ['a pass for another', subject(granting({ gates: ['cong-sau'] }), 'verify'), deny('wrong-gate')],
    ['a pass whose gate only begins like this one', subject(granting({ gates: ['cong-chinh-2'] }), 'verify'), deny('wrong-gate')],
    ['a pass for no gate', subject(granting({ gates: [] }), 'verify'), deny('wrong-gate')],
    ['an entry for this gate', listed({ gates: ['cong-chinh'] }), NONE],
    ['an entry for no gate', listed({ gates: [] }), deny('wrong-gate')],
    ['a policy for visitors at another gate', subject(PASS, 'verify', { lists: visitors(['cong-sau']) }), deny('wrong-gate')],
    ['a policy for another kind of holder', subject(CARD, 'roster', { lists: visitors([]) }), NONE],
    [
      'an entry goes before the policy for its holders',
      listed({ gates: ['cong-chinh'] }, { lists: listsOf({ roster: [ENTRY], policy: { pupil: { gates: [] } } }) }),
      NONE,
    ],
    [
      'a policy that is over counts as absent',
      subject(PASS, 'verify', { lists: listsOf({ policy: { visitor: { gates: [] } }, expiresMs: 0 }) }),
      NONE,
    ],
    [
      'a pass for this gate on an entry for another',
      listed({ gates: ['x'] }, { presented: granting({ gates: ['cong-chinh'] }), policy: policy('verify', {}) }),
      deny('wrong-gate'),
    ],
    ['who is written down, whatever the entry', listed({ gates: [] }, {}, 'record'), NONE],
  ])('%s', (_, given, ruling) => {
    expect(rightGate(given)).toEqual(ruling);
  });
});

describe('notRevoked', () => {
  test.each<[string, Case, object | undefined]>([
    ['a ref on the list', subject(PASS, 'verify', { lists: listsOf({ revoked: [REF] }) }), deny('revoked')],
    ['one that is merely written down', subject(CARD, 'record', { lists: listsOf({ revoked: [REF] }) }), deny('revoked')],
    ['another ref', subject(PASS, 'verify', { lists: listsOf({ revoked: [GUARDIAN] }) }), NONE],
    ['a list that is over', subject(PASS, 'verify', { lists: listsOf({ revoked: [REF], expiresMs: 0 }) }), NONE],
    ['no list', subject(PASS, 'verify'), NONE],
  ])('%s', (_, given, ruling) => {
    expect(notRevoked(given)).toEqual(ruling);
  });
});

describe('unused', () => {
  const used = { past: pastOf({}, { isUsed: (ref) => ref === REF }) };
  test('only a code that grants once, only after it was used', () => {
    expect(unused(subject(granting({ once: true }), 'verify', used))).toEqual(deny('already-used'));
    expect(unused(subject(granting({ once: true }), 'verify'))).toBeUndefined();
    expect(unused(subject(granting({ once: false }), 'verify', used))).toBeUndefined();
    expect(unused(subject(granting({ once: true }), 'verify', { ...used, ref: GUARDIAN }))).toBeUndefined();
    expect(unused(subject(CARD, 'record', used))).toBeUndefined();
  });
});

describe('noPassback', () => {
  test.each<[string, LaneDirection, Direction | undefined, Policy['antiPassback'], object | undefined]>([
    ['in twice', 'in', 'in', 'deny', deny('passback')],
    ['out twice', 'out', 'out', 'deny', deny('passback')],
    ['in twice, with attention', 'in', 'in', 'warn', { warn: 'passback' }],
    ['in twice where nobody minds', 'in', 'in', 'off', NONE],
    ['in after out', 'in', 'out', 'deny', NONE],
    ['in for the first time today', 'in', NONE, 'deny', NONE],
    ['out without having come in', 'out', NONE, 'deny', NONE],
    ['a scanner that looks both ways', 'both', 'in', 'deny', NONE],
  ])('%s', (_, direction, last, antiPassback, ruling) => {
    const past = pastOf(last === undefined ? {} : { [REF]: passed(last) });
    expect(noPassback(subject(CARD, 'record', { direction, past, policy: policy('record', { antiPassback }) }))).toEqual(ruling);
  });

  test('two codes of one person are one person', () => {
    const past = pastOf({ P1: passed('in') });
    const given = { past, policy: policy('roster', { antiPassback: 'deny' }) };
    expect(noPassback(listed({ person: 'P1' }, given))).toEqual(deny('passback'));
    expect(noPassback(listed({ person: 'P2' }, given))).toBeUndefined();
  });
});

test('noHold denies whoever is held, whatever the acceptance and however short the message', () => {
  for (const acceptance of ['verify', 'roster', 'record'] as const) {
    expect(noHold(listed({ hold: 'Mời gặp bảo vệ' }, {}, acceptance))).toEqual(deny('blocked', 'hold'));
    expect(noHold(listed({ hold: '' }, {}, acceptance))).toEqual(deny('blocked', 'hold'));
    expect(noHold(listed({}, {}, acceptance))).toBeUndefined();
  }
});

describe('roomInside', () => {
  const FULL = deny('blocked', 'capacity');
  test.each<[string, LaneDirection, number, Direction | undefined, object | undefined]>([
    ['a place left', 'in', 4, NONE, NONE],
    ['full', 'in', 5, NONE, FULL],
    ['more than full', 'in', 9, 'out', FULL],
    ['somebody inside already', 'in', 5, 'in', NONE],
    ['leaving', 'out', 5, 'in', NONE],
    ['leaving by a scanner that looks both ways', 'both', 5, 'in', NONE],
    ['coming by a scanner that looks both ways', 'both', 5, 'out', FULL],
  ])('%s', (_, direction, inside, last, ruling) => {
    const past = pastOf(last === undefined ? {} : { [REF]: passed(last) }, { inside: () => inside });
    expect(roomInside(subject(CARD, 'record', { direction, past, policy: policy('record', { capacity: 5 }) }))).toEqual(ruling);
  });

  test('without a limit everybody has room', () => {
    expect(roomInside(subject(CARD, 'record', { past: pastOf({}, { inside: () => 1_000_000 }) }))).toBeUndefined();
  });
});

describe('cleared', () => {
  test.each<[string, Partial<RosterEntry>, object | undefined]>([
    ['nothing asked', {}, NONE],
    ['through the last day', { clearance: { name: 'health', until: '2026-11-21' } }, NONE],
    ['over since yesterday', { clearance: { name: 'health', until: '2026-11-20' } }, deny('blocked', 'clearance')],
    ['never given', { clearance: { name: 'health' } }, deny('blocked', 'clearance')],
  ])('%s', (_, terms, ruling) => {
    expect(cleared(listed(terms))).toEqual(ruling);
  });

  test('with attention where the site says so', () => {
    const lenient = { policy: policy('roster', { clearance: 'warn' }) };
    expect(cleared(listed({ clearance: { name: 'health' } }, lenient))).toEqual({ warn: 'clearance-missing' });
  });

  test('the policy asks it of holders whose own entry says nothing, and of nobody who is merely written down', () => {
    const lists = listsOf({ roster: [ENTRY], policy: { pupil: { clearance: { name: 'health' } } } });
    expect(cleared(listed({}, { lists }))).toEqual(deny('blocked', 'clearance'));
    expect(cleared(listed({ clearance: { name: 'health', until: '2027-01-01' } }, { lists }))).toBeUndefined();
    expect(cleared(listed({}, { lists }, 'record'))).toBeUndefined();
  });
});
