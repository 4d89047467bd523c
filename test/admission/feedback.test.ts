// What a verdict shows, sounds like and opens.

import { describe, expect, test } from 'vitest';
import type { Presented } from '../../src/admission/credentials/credential.ts';
import { feedbackOf, journalFailed, repeatOf } from '../../src/admission/feedback.ts';
import type { Granted, Verdict } from '../../src/admission/verdict.ts';

const CARD: Presented = { kind: 'cccd', identifier: '001099000001', holder: 'unlisted', label: '******000001', warnings: [] };
const CUT: Presented = { kind: 'cccd', flaw: 'truncated' };
const GRANTED: Granted = { verdict: 'granted', reason: 'recorded', direction: 'in', warnings: [] };
const WARNED: Granted = { ...GRANTED, warnings: ['lossy-text'] };

describe('feedbackOf', () => {
  test.each<[string, Verdict, string, boolean]>([
    ['a grant in', GRANTED, 'granted-in', true],
    ['a grant out', { ...GRANTED, direction: 'out' }, 'granted-out', true],
    ['a grant with a warning', WARNED, 'attention', true],
    ['a kind that is refused', { verdict: 'denied', reason: 'kind-refused' }, 'denied', false],
    ['somebody not on the roster', { verdict: 'denied', reason: 'not-on-roster' }, 'denied', false],
    ['a code nobody knows', { verdict: 'denied', reason: 'unrecognised' }, 'unreadable', false],
    ['a cut code', { verdict: 'denied', reason: 'truncated' }, 'unreadable', false],
    ['a wrong code', { verdict: 'denied', reason: 'malformed' }, 'unreadable', false],
  ])('%s', (_, verdict, signal, opens) => {
    expect(feedbackOf(verdict, CARD)).toMatchObject({
      verdict: verdict.verdict,
      reason: verdict.reason,
      signal,
      opens,
      repeated: false,
    });
  });

  test('names the holder by the masked label alone', () => {
    expect(JSON.stringify(feedbackOf(GRANTED, CARD))).not.toContain('001099');
    expect(feedbackOf(GRANTED, CARD)).toMatchObject({ kind: 'cccd', label: '******000001', direction: 'in' });
  });

  test('a flawed code has no label and a denial without direction none', () => {
    const feedback = feedbackOf({ verdict: 'denied', reason: 'truncated' }, CUT);
    expect(Object.keys(feedback)).not.toContain('label');
    expect(Object.keys(feedback)).not.toContain('direction');
  });
});

test('repeatOf shows the earlier verdict again and opens nothing', () => {
  const earlier = feedbackOf(GRANTED, CARD);
  expect(repeatOf(earlier)).toEqual({ ...earlier, reason: 'repeat', repeated: true, opens: false });
});

describe('journalFailed', () => {
  test('denies where the site says deny', () => {
    expect(journalFailed(GRANTED, { presented: CARD, direction: 'in', onFailure: 'deny' })).toMatchObject({
      verdict: 'denied',
      reason: 'journal-failed',
      signal: 'denied',
      opens: false,
      direction: 'in',
    });
  });

  test('grants with attention where the site says grant', () => {
    expect(journalFailed(GRANTED, { presented: CARD, direction: 'both', onFailure: 'grant' })).toMatchObject({
      verdict: 'granted',
      reason: 'journal-failed',
      signal: 'attention',
      opens: true,
    });
  });

  test('never grants what the rules deny, whatever the site says', () => {
    const grant = { direction: 'in', onFailure: 'grant' } as const;
    const refused = { verdict: 'denied', reason: 'journal-failed', opens: false };
    expect(journalFailed({ verdict: 'denied', reason: 'truncated' }, { ...grant, presented: CUT })).toMatchObject(refused);
    expect(journalFailed({ verdict: 'denied', reason: 'revoked' }, { ...grant, presented: CARD })).toMatchObject(refused);
  });
});
