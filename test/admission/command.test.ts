// What is read out of a command's payload, and what an order is judged by.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Circumstances, type Claims, judgeCommand, readClaims } from '../../src/admission/command.ts';
import { NORMAL, standingAfter } from '../../src/admission/standing.ts';
import { MORNING } from './moment.ts';

const SOURCE = '/gates/thcs-phung-cong/cong-chinh-1';
const NOW = MORNING.wallMs / 1000;

const payload = { id: 'c-1', command: 'open', aud: SOURCE, nbf: NOW - 60, exp: NOW + 60, counter: 7, args: {} };
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const given: Circumstances = {
  source: SOURCE,
  audience: 'required',
  moment: { ...MORNING, state: 'synchronised' },
  clock: 'warn',
  builtMs: 0,
  lastCounter: 6,
  trustedMs: 0,
  standing: NORMAL,
  sequence: 100,
};

function judged(claims: Partial<Claims> = {}, circumstances: Partial<Circumstances> = {}) {
  const read = readClaims(bytes({ ...payload, ...claims }));
  return read ? judgeCommand(read, { ...given, ...circumstances }) : 'malformed';
}

const refused = (reason: string, spends = true) => ({ ok: false, reason, spends });

describe('readClaims', () => {
  test('takes what the contract names, without arguments as well, and ignores the rest', () => {
    const { args: _, ...bare } = payload;
    expect(readClaims(bytes({ ...bare, iat: 1, iss: 'x' }))).toEqual(payload);
  });

  test.each([
    ['no JSON', 'open'],
    ['a list', []],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['no id', { ...payload, id: undefined }],
    ['a number as id', { ...payload, id: 1 }],
    ['a line in the id', { ...payload, id: 'a\nb' }],
    ['a long id', { ...payload, id: 'x'.repeat(65) }],
    ['no command', { ...payload, command: '' }],
    ['a command in capitals', { ...payload, command: 'OPEN' }],
    ['a counter with a fraction', { ...payload, counter: 7.5 }],
    ['a counter as text', { ...payload, counter: '7' }],
    ['a counter that JavaScript cannot count', { ...payload, counter: 2 ** 53 }],
    ['a counter below none', { ...payload, counter: -1 }],
    ['no end', { ...payload, exp: undefined }],
    ['an end as text', { ...payload, exp: '2026-11-21' }],
    ['an endless end', `{"id":"a","command":"open","aud":"x","nbf":0,"exp":1e999,"counter":1}`],
    ['two readers', { ...payload, aud: [SOURCE] }],
    ['a list of arguments', { ...payload, args: [] }],
    ['no arguments at all', { ...payload, args: null }],
  ])('takes no %s', (_, value) => {
    expect(readClaims(Buffer.isBuffer(value) ? value : bytes(value))).toBeUndefined();
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(readClaims(noise)).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = readClaims(bytes(text));
        return read === undefined || typeof read.id === 'string';
      }),
    );
  });
});

describe('judgeCommand', () => {
  test.each<[string, Partial<Claims>, object]>([
    ['open', { command: 'open' }, { command: 'open' }],
    ['open', { args: { seconds: 60 } }, { command: 'open', seconds: 60 }],
    ['lock', { command: 'lock' }, { command: 'lock' }],
    ['resend', { command: 'resend', args: { from: 100, to: 1_000 } }, { command: 'resend', from: 100, to: 1_000 }],
    ['maintenance', { command: 'maintenance', args: { on: false } }, { command: 'maintenance', on: false }],
  ])('orders %s', (_, claims, order) => {
    expect(judged(claims)).toEqual({ ok: true, order });
  });

  test.each<[string, Partial<Claims>]>(
    [
      ['open', { seconds: 0 }],
      ['open', { seconds: 61 }],
      ['open', { seconds: 1.5 }],
      ['open', { seconds: '5' }],
      ['open', { minutes: 1 }],
      ['lock', { seconds: 5 }],
      ['resend', {}],
      ['resend', { from: 0, to: 1 }],
      ['resend', { from: 2, to: 1 }],
      ['resend', { from: 1, to: 1, epoch: 'x' }],
      ['maintenance', {}],
      ['maintenance', { on: 1 }],
    ].map(([command, args]) => [JSON.stringify([command, args]), { command, args } as Partial<Claims>]),
  )('refuses %s', (_, claims) => {
    expect(judged(claims)).toEqual(refused('bad-arguments'));
  });

  test.each<[string, Partial<Claims>, Partial<Circumstances>]>([
    ['wrong-reader', { aud: '/gates/thcs-phung-cong/cong-chinh-2' }, {}],
    ['no-audience', { aud: undefined }, {}],
    ['wrong-reader', { aud: '/gates/thcs-phung-cong/cong-chinh-2' }, { audience: 'optional' }],
    ['replayed', { counter: 6 }, {}],
    ['replayed', { counter: 5, exp: 1 }, {}],
  ])('uses no counter up where it is %s', (reason, claims, circumstances) => {
    expect(judged(claims, circumstances)).toEqual(refused(reason, false));
  });

  test('takes one that names no reader where the site does not ask for it', () => {
    expect(judged({ aud: undefined }, { audience: 'optional' })).toMatchObject({ ok: true });
  });

  test.each<[string, Partial<Claims>, Partial<Circumstances>]>([
    ['not-yet-valid', { nbf: NOW + 1 }, {}],
    ['expired', { exp: NOW }, {}],
    ['valid-too-long', { exp: NOW - 60 + 24 * 3600 + 1 }, {}],
    ['unknown-command', { command: 'reboot' }, {}],
    ['clock-untrusted', {}, { moment: { ...MORNING, state: 'unsynchronised' }, clock: 'deny' }],
    ['clock-untrusted', {}, { moment: { ...MORNING, state: 'unsynchronised' }, trustedMs: MORNING.wallMs + 1 }],
    ['clock-untrusted', {}, { moment: { ...MORNING, state: 'unsynchronised' }, builtMs: MORNING.wallMs + 1 }],
    ['maintenance', {}, { standing: { locked: false, maintenance: true } }],
    ['no-such-events', { command: 'resend', args: { from: 101, to: 101 } }, {}],
  ])('uses the counter up although it is %s', (reason, claims, circumstances) => {
    expect(judged(claims, circumstances)).toEqual(refused(reason));
  });

  test('takes a clock that is not synchronised but may be right where the site says so', () => {
    expect(judged({}, { moment: { ...MORNING, state: 'unsynchronised' } })).toMatchObject({ ok: true });
  });

  test('opens a locked gate for one, and the first counter of a key may be 0', () => {
    expect(judged({}, { standing: { locked: true, maintenance: false } })).toMatchObject({ ok: true });
    expect(judged({ counter: 0 }, { lastCounter: undefined })).toMatchObject({ ok: true });
    expect(judged({ counter: 0 }, { lastCounter: 0 })).toEqual(refused('replayed', false));
  });
});

test('standingAfter: lock and maintenance are apart, and what changes nothing is the same', () => {
  const locked = standingAfter(NORMAL, { command: 'lock' });
  const both = standingAfter(locked, { command: 'maintenance', on: true });
  expect(both).toEqual({ locked: true, maintenance: true });
  expect(standingAfter(both, { command: 'unlock' })).toEqual({ locked: false, maintenance: true });
  expect(standingAfter(both, { command: 'lock' })).toBe(both);
  expect(standingAfter(NORMAL, { command: 'open' })).toBe(NORMAL);
});
