// The terminal as indicator, for what is no answer to a scan.

import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { type NoticeKind, noticeOf } from '../../src/admission/notice.ts';
import { patternsOf } from '../../src/config/patterns.ts';
import { makeIndicator } from '../../src/indicators/kinds.ts';
import type { Language } from '../../src/system/wording.ts';

const NOTICES: readonly NoticeKind[] = ['exit-request', 'forced', 'held-open', 'tamper', 'unauthorised'];

function announced(what: NoticeKind, { isTTY, language = 'en' }: { readonly isTTY: boolean; readonly language?: Language }) {
  const output = Object.assign(new PassThrough().setEncoding('utf8'), { isTTY });
  const patterns = patternsOf(undefined);
  const deps = { patterns, language, output, colour: false, localTime: () => '07:00', report: () => undefined };
  makeIndicator({ kind: 'terminal' }, deps).announce(noticeOf(what));
  return String(output.read() ?? '');
}

describe('terminalIndicator.announce', () => {
  test.each(NOTICES)('%s: one line of words on a terminal, without a verdict; nothing in a pipe', (what) => {
    for (const language of ['en', 'vi'] as const) {
      expect(announced(what, { isTTY: true, language })).toMatch(/^ [●▲] [^\n]+\n$/);
      expect(announced(what, { isTTY: true, language })).not.toMatch(/granted|denied/);
      expect(announced(what, { isTTY: false, language })).toBe('');
    }
  });

  test('rings as often as the active buzzer would', () => {
    expect(announced('forced', { isTTY: true })).toMatch(/^ ▲ ALARM[^\u0007]*\u0007{10}\n$/);
  });
});
