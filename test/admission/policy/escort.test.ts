// Leaving before the hour: who may, with whom, and how soon after.

import { describe, expect, test } from 'vitest';
import { escorted } from '../../../src/admission/policy/escort.ts';
import type { Case } from '../../../src/admission/policy/rule.ts';
import type { Escort, RosterEntry } from '../../../src/admission/ports.ts';
import { CARD, ENTRY, GUARDIAN, listsOf, passed, pastOf, POLICY, REF, subject } from '../../fakes/judging.ts';

const NONE = undefined;
const ALONE = { deny: 'blocked', detail: 'escort' };

/** A case of somebody on the roster with these terms. */
function listed(terms: Partial<RosterEntry>, more: Partial<Case>): Case {
  const entry = { ...ENTRY, ...terms };
  return subject(CARD, 'roster', { entry, lists: listsOf({ roster: [entry] }), ...more });
}

describe('escorted', () => {
  const escort: Escort = { by: [GUARDIAN, 'P9'], before: '12:00' };
  const leaving = (terms: Partial<Escort>, more: Partial<Case> = {}) =>
    listed({ escort: { ...escort, ...terms } }, { direction: 'out', ...more });
  const guarded = (agoMs: number) => ({ past: pastOf({ [GUARDIAN]: passed('in', agoMs) }) });

  test.each<[string, Case, object | undefined]>([
    ['alone', leaving({}), ALONE],
    ['coming in', leaving({}, { direction: 'in' }), NONE],
    ['after the hour', leaving({ before: '06:45' }), NONE],
    ['a minute before the hour', leaving({ before: '06:46' }), ALONE],
    ['with a guardian at the same moment', leaving({}, guarded(0)), NONE],
    ['with a guardian a minute ago', leaving({}, guarded(60_000)), NONE],
    ['with a guardian longer ago', leaving({}, guarded(60_001)), ALONE],
    ['with a guardian within what the entry says', leaving({ withinSeconds: 5 }, guarded(5_000)), NONE],
    ['with a guardian beyond it', leaving({ withinSeconds: 5 }, guarded(5_001)), ALONE],
    ['with a guardian of a later monotonic time', leaving({}, guarded(-1)), ALONE],
    [
      'with a guardian of an earlier boot',
      leaving({}, { past: pastOf({ [GUARDIAN]: { ...passed('in', 1), boot: 'other' } }) }),
      ALONE,
    ],
    ['with somebody else', leaving({}, { past: pastOf({ P1: passed('in', 1) }) }), ALONE],
    ['with a guardian known as a person', leaving({}, { past: pastOf({ P9: passed('out', 1) }) }), NONE],
    ['with nobody who may', leaving({ by: [] }, guarded(1)), ALONE],
    ['who is written down needs nobody', { ...leaving({}), policy: { ...POLICY, accept: { cccd: 'record' } } }, NONE],
    [
      'by a scanner that looks both ways, on the way out',
      leaving({}, { direction: 'both', past: pastOf({ [REF]: passed('in') }) }),
      ALONE,
    ],
    ['by a scanner that looks both ways, on the way in', leaving({}, { direction: 'both' }), NONE],
  ])('%s', (_, given, ruling) => {
    expect(escorted(given)).toEqual(ruling);
  });

  test('a guardian named by a code is found by the person behind it', () => {
    const guardian: RosterEntry = { ref: GUARDIAN, holder: 'visitor', label: 'PH', person: 'P7' };
    const given = leaving({}, { past: pastOf({ P7: passed('in', 1) }) });
    expect(escorted(given)).toEqual(ALONE);
    expect(escorted({ ...given, lists: listsOf({ roster: [guardian] }) })).toBeUndefined();
  });

  test('the policy for pupils asks it of every pupil', () => {
    const lists = listsOf({ roster: [ENTRY], policy: { pupil: { escort } } });
    expect(escorted(listed({}, { direction: 'out', lists }))).toEqual(ALONE);
  });
});
