// The judge: every rule alone, their order, and the direction of a grant.

import { describe, expect, test } from 'vitest';
import { KINDS, type Presented } from '../../../src/admission/credentials/credential.ts';
import { judge } from '../../../src/admission/policy/order.ts';
import type { Acceptance, Case } from '../../../src/admission/policy/rule.ts';
import type { Direction, LaneDirection } from '../../../src/admission/ports.ts';
import { MORNING } from '../moment.ts';

const SOUND: Presented = { kind: 'cccd', identifier: '001099000001', holder: 'unlisted', label: '******000001', warnings: [] };
const LOSSY: Presented = { ...SOUND, warnings: ['lossy-text'] };
const MALFORMED: Presented = { kind: 'cccd', flaw: 'malformed' };
const TRUNCATED: Presented = { kind: 'cccd', flaw: 'truncated' };
const UNKNOWN: Presented = { kind: 'unknown', flaw: 'unrecognised' };

function subject(presented: Presented, acceptance: Acceptance | undefined, more: Partial<Case> = {}): Case {
  const accept = acceptance === undefined ? {} : { [presented.kind]: acceptance };
  return {
    presented,
    ref: 'A',
    direction: 'in',
    moment: MORNING,
    policy: { accept },
    past: { lastPassage: () => undefined },
    ...more,
  };
}

describe('judge', () => {
  test.each<[string, Presented, Acceptance | undefined, string]>([
    ['a kind that is refused', SOUND, 'refuse', 'kind-refused'],
    ['a kind that is not configured', SOUND, undefined, 'kind-refused'],
    ['a cut code', TRUNCATED, 'record', 'truncated'],
    ['a wrong code', MALFORMED, 'record', 'malformed'],
    ['a cut code where the roster decides', TRUNCATED, 'roster', 'truncated'],
    ['a sound code where the roster decides and there is none', SOUND, 'roster', 'not-on-roster'],
    ['an unknown code', UNKNOWN, 'refuse', 'unrecognised'],
    ['an unknown code where nothing is configured', UNKNOWN, undefined, 'unrecognised'],
    ['a cut code of a refused kind: the kind is told first', TRUNCATED, 'refuse', 'kind-refused'],
    ['an unknown code that would be recorded: still not recognised', UNKNOWN, 'record', 'unrecognised'],
  ])('denies %s', (_, presented, acceptance, reason) => {
    expect(judge(subject(presented, acceptance))).toEqual({ verdict: 'denied', reason, direction: 'in' });
  });

  test('no flawed code of any kind is ever granted', () => {
    const flaws = ['malformed', 'truncated', 'unrecognised'] as const;
    const acceptances: Acceptance[] = ['verify', 'roster', 'record', 'refuse'];
    const verdicts = KINDS.flatMap((kind) =>
      flaws.flatMap((flaw) => acceptances.map((each) => judge(subject({ kind, flaw }, each)).verdict)),
    );
    expect(new Set(verdicts)).toEqual(new Set(['denied']));
    expect(verdicts).toHaveLength(KINDS.length * 12);
  });

  test('grants what is recorded, and carries its warnings', () => {
    expect(judge(subject(SOUND, 'record'))).toEqual({ verdict: 'granted', reason: 'recorded', direction: 'in', warnings: [] });
    expect(judge(subject(LOSSY, 'record'))).toMatchObject({ verdict: 'granted', warnings: ['lossy-text'] });
  });

  test.each<[LaneDirection, Direction | undefined, Direction]>([
    ['in', 'in', 'in'],
    ['out', undefined, 'out'],
    ['out', 'out', 'out'],
    ['both', undefined, 'in'],
    ['both', 'in', 'out'],
    ['both', 'out', 'in'],
  ])('a scanner that looks %s, last passage %s: granted %s', (direction, last, granted) => {
    const past = { lastPassage: () => last };
    expect(judge(subject(SOUND, 'record', { direction, past }))).toMatchObject({ direction: granted });
  });

  test('the past is asked for this person on this day of the site', () => {
    const asked: unknown[] = [];
    const past = {
      lastPassage: (...words: [string, string]) => {
        asked.push(words);
        return undefined;
      },
    };
    judge(subject(SOUND, 'record', { direction: 'both', past }));
    expect(asked).toEqual([['A', '2026-11-21']]);
  });

  test('a denial has no direction where the scanner looks both ways', () => {
    expect(judge(subject(UNKNOWN, 'refuse', { direction: 'both' }))).toEqual({ verdict: 'denied', reason: 'unrecognised' });
  });

  test('somebody without a pseudonym comes in', () => {
    const { ref: _, ...nobody } = subject(SOUND, 'record', { direction: 'both', past: { lastPassage: () => 'in' } });
    expect(judge(nobody)).toMatchObject({ direction: 'in' });
  });
});
