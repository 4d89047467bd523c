// The small pure parts: receipts, filters, causes, the limit on inbound packets.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { causeOf, reasonText } from '../../src/uplink/causes.ts';
import { readReceipt } from '../../src/uplink/receipts.ts';
import { filterMatches, topicsOf } from '../../src/uplink/topics.ts';

const standing = { epoch: 'e', receipted: 5, first: 3, head: 20 };
const reading = (text: string) => readReceipt(Buffer.from(text), standing);

describe('readReceipt', () => {
  test.each([
    ['one more', '{"epoch":"e","sequence":6}', 6, []],
    ['the last once more, as a retained message comes', '{"epoch":"e","sequence":5}', 5, []],
    ['the highest', '{"epoch":"e","sequence":20}', 20, []],
    ['unknown keys', '{"epoch":"e","sequence":6,"by":"centre"}', 6, []],
    [
      'ranges clipped, sorted and merged',
      '{"epoch":"e","sequence":6,"resend":[[18,99],[1,4],[5,6],[30,40]]}',
      6,
      [
        [3, 6],
        [18, 20],
      ],
    ],
  ])('takes %s', (_what, text, sequence, resend) => {
    expect(reading(text)).toEqual({ ok: true, receipt: { sequence, resend: resend.map(([from, to]) => ({ from, to })) } });
  });

  test.each([
    ['other-epoch', '{"epoch":"f","sequence":6}'],
    ['other-epoch', '{"sequence":6}'],
    ['not-an-integer', '{"epoch":"e","sequence":"6"}'],
    ['not-an-integer', '{"epoch":"e","sequence":6.5}'],
    ['not-an-integer', '{"epoch":"e","sequence":null}'],
    ['not-an-integer', '{"epoch":"e","sequence":1e300}'],
    ['not-an-integer', '{"epoch":"e"}'],
    ['lower-than-the-last', '{"epoch":"e","sequence":4}'],
    ['lower-than-the-last', '{"epoch":"e","sequence":-1}'],
    ['above-the-highest', '{"epoch":"e","sequence":21}'],
    ['not-json', ''],
    ['not-json', 'null'],
    ['not-json', '[]'],
    ['not-json', '\u0000\u0001'],
    ['malformed-resend', '{"epoch":"e","sequence":6,"resend":[[2]]}'],
    ['malformed-resend', '{"epoch":"e","sequence":6,"resend":[[3,2]]}'],
    ['malformed-resend', '{"epoch":"e","sequence":6,"resend":{"0":[1,2]}}'],
    ['oversized', `{"epoch":"e","sequence":6,"pad":"${'x'.repeat(64 * 1024)}"}`],
  ])('refuses as %s: %s', (refusal, text) => {
    expect(reading(text)).toEqual({ ok: false, refusal });
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(readReceipt(bytes, standing)).toHaveProperty('ok');
        },
      ),
    );
  });
});

describe('filterMatches', () => {
  const { event } = topicsOf('s', 'r');
  test.each([
    ['gates/v1/s/r/event', true],
    ['gates/v1/+/+/event', true],
    ['gates/#', true],
    ['#', true],
    ['gates/v1/s/r/event/#', true],
    ['$share/g/gates/v1/s/+/event', true],
    ['gates/v1/s/r/events', false],
    ['gates/v1/s/r', false],
    ['gates/v1/s/r/event/+', false],
    ['+', false],
    ['$share/g/gates/v1/s/r/batch', false],
  ])('%s', (filter, expected) => {
    expect(filterMatches(filter, event)).toBe(expected);
  });

  test('a wildcard at the start does not match topics of the broker itself', () => {
    expect([filterMatches('#', '$SYS/x'), filterMatches('+/x', '$SYS/x'), filterMatches('$SYS/#', '$SYS/x')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('causeOf', () => {
  test.each([
    [
      Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      'nothing listens there: is the broker running, is the port right? (ECONNREFUSED)',
    ],
    [
      new AggregateError([Object.assign(new Error('x'), { code: 'ENETUNREACH' })]),
      'no network: check the cable or Wi-Fi (ENETUNREACH)',
    ],
    [Object.assign(new Error('odd one'), { code: 'EODD' }), 'odd one (EODD)'],
    [
      Object.assign(new Error('x'), { code: 0x86 }),
      'bad user name or password: check uplink.username and uplink.passwordFile (0x86)',
    ],
    [new Error('plain'), 'plain'],
  ])('%o', (error, expected) => {
    expect(causeOf(error)).toBe(expected);
  });

  test('an unknown reason code is given as it is', () => {
    expect(reasonText(0xfe)).toBe('refused (0xfe)');
  });
});
