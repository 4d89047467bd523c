// The guard's words: which way, why, the cause of a block, and a message that obeys no terminal.

import { describe, expect, test } from 'vitest';
import type { Feedback } from '../../src/admission/feedback.ts';
import { feedbackWords } from '../../src/indicators/words.ts';
import { wording } from '../../src/system/wording.ts';

const GRANTED: Feedback = {
  verdict: 'granted',
  reason: 'ok',
  direction: 'out',
  kind: 'token',
  signal: 'granted-out',
  repeated: false,
  opens: true,
};
const BLOCKED: Feedback = {
  verdict: 'denied',
  reason: 'blocked',
  kind: 'token',
  signal: 'denied',
  repeated: false,
  opens: false,
};
const words = (feedback: Feedback) => feedbackWords(wording('en'), feedback);

describe('feedbackWords', () => {
  test.each<[string, Feedback, string]>([
    ['a grant', GRANTED, 'OUT - please pass'],
    ['a grant with attention', { ...GRANTED, direction: 'in', signal: 'attention' }, 'IN - please pass - please look'],
    ['a denial', { ...BLOCKED, reason: 'expired' }, 'STOP - the code has expired'],
    ['a cause of a block', { ...BLOCKED, detail: 'capacity' }, 'STOP - on hold, see the guard - full inside'],
    [
      'a hold with its message',
      { ...BLOCKED, detail: 'hold', message: 'Mời gặp bảo vệ' },
      'STOP - on hold, see the guard - on hold - Mời gặp bảo vệ',
    ],
    ['a hold with an empty message', { ...BLOCKED, detail: 'hold', message: '' }, 'STOP - on hold, see the guard - on hold'],
  ])('%s', (_, feedback, said) => {
    expect(words(feedback)).toBe(said);
  });

  test('a message is one line without control, format or private characters', () => {
    const said = words({ ...BLOCKED, detail: 'hold', message: '\u001b[2JĐứng\r\nlại\u202e\u2028\u0000!' });
    expect(said.endsWith(' - [2JĐứng lại !')).toBe(true);
    expect(said).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  test('a message is at most 120 characters, however they are coded', () => {
    const tail = (message: string) => Array.from(words({ ...BLOCKED, message }).replace('STOP - on hold, see the guard - ', ''));
    expect(tail('ữ'.repeat(120))).toHaveLength(120);
    expect(tail('🚸'.repeat(121))).toHaveLength(120);
    expect(tail('x'.repeat(500)).at(-1)).toBe('…');
  });

  test('speaks Vietnamese', () => {
    expect(feedbackWords(wording('vi'), { ...BLOCKED, detail: 'escort' })).toContain('cần người đón đi cùng');
  });
});
