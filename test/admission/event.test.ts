// The bytes of an event: the same today and in ten years, and nothing in them of a code that was not recognised.

import { describe, expect, test } from 'vitest';
import type { Presented } from '../../src/admission/credentials/credential.ts';
import { clockData, scanEvent, sequenceText, serialise } from '../../src/admission/event.ts';
import type { Verdict } from '../../src/admission/verdict.ts';
import { MORNING } from './moment.ts';

const PLACE = {
  id: '0199f3a2-7c11-7d3a-9b52-3f0d6f2a91c4',
  source: '/gates/thcs-phung-cong/cong-chinh-1',
  epoch: '0199f3a0-0000-7000-8000-000000000000',
  sequence: 104_233,
  prevhash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
};
const CARD: Presented = { kind: 'cccd', identifier: '001099000001', holder: 'unlisted', label: '******000001', warnings: [] };

function scan(presented: Presented, verdict: Verdict, ref?: string): string {
  return serialise(
    scanEvent({ gate: 'cong-chinh', scanner: 'main', presented, ref, entry: undefined, verdict, moment: MORNING }),
    PLACE,
  );
}

const HEAD =
  '{"specversion":"1.0","id":"0199f3a2-7c11-7d3a-9b52-3f0d6f2a91c4","source":"/gates/thcs-phung-cong/cong-chinh-1",' +
  '"type":"gate.scan.v1","time":"2026-11-21T06:45:03.127+07:00","epoch":"0199f3a0-0000-7000-8000-000000000000",' +
  '"sequence":"000000104233","prevhash":"n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg","datacontenttype":"application/json",' +
  '"data":{"gate":"cong-chinh","scanner":"main",';
const CLOCK = '"clock":{"state":"synchronised","boot":"5f3c9a10-0000-4000-8000-000000000000","monotonicMs":81233012}}}';

describe('serialise of scanEvent, to the byte', () => {
  test('a recorded card', () => {
    const ref = '7K2MABCDEFGHIJKLMNOPQRSTUV';
    expect(scan(CARD, { verdict: 'granted', reason: 'recorded', direction: 'in', warnings: [] }, ref)).toBe(
      `${HEAD}"verdict":"granted","reason":"recorded","direction":"in",` +
        `"credential":{"kind":"cccd","ref":"${ref}","holder":"unlisted","label":"******000001"},${CLOCK}`,
    );
  });

  test('a grant with a warning', () => {
    const verdict: Verdict = { verdict: 'granted', reason: 'recorded', direction: 'out', warnings: ['lossy-text'] };
    expect(scan(CARD, verdict)).toContain('"label":"******000001"},"warnings":["lossy-text"],"clock"');
  });

  test('an unknown code at a scanner that looks both ways: its kind and nothing else', () => {
    expect(scan({ kind: 'unknown', flaw: 'unrecognised' }, { verdict: 'denied', reason: 'unrecognised' })).toBe(
      `${HEAD}"verdict":"denied","reason":"unrecognised","credential":{"kind":"unknown"},${CLOCK}`,
    );
  });

  test('a denial at a fixed scanner has its direction', () => {
    expect(scan({ kind: 'cccd', flaw: 'truncated' }, { verdict: 'denied', reason: 'truncated', direction: 'out' })).toContain(
      '"reason":"truncated","direction":"out","credential":{"kind":"cccd"},',
    );
  });

  test('the number itself is in no event', () => {
    expect(scan(CARD, { verdict: 'granted', reason: 'recorded', direction: 'in', warnings: [] })).not.toContain('001099000001');
  });
});

test('serialise keeps Vietnamese as UTF-8 and escapes what JSON must', () => {
  const content = {
    moment: MORNING,
    type: 'gate.fault.v1',
    data: { part: 'journal', state: 'lost', message: 'đĩa "đầy"\n', clock: clockData(MORNING) },
  } as const;
  expect(serialise(content, PLACE)).toContain('"message":"đĩa \\"đầy\\"\\n"');
});

test('sequenceText has twelve digits, so that it orders as text', () => {
  expect([1, 104_233, 999_999_999_999].map(sequenceText)).toEqual(['000000000001', '000000104233', '999999999999']);
});

test('clockData rounds the monotonic time to whole milliseconds', () => {
  expect(clockData({ ...MORNING, monotonicMs: 12.6 })).toEqual({ state: 'synchronised', boot: MORNING.boot, monotonicMs: 13 });
});
