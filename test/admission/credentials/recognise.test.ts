// A scan's bytes to what was presented.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recognise } from '../../../src/admission/credentials/recognise.ts';
import { cardOf } from '../../fakes/people.ts';

const UNKNOWN = { kind: 'unknown', flaw: 'unrecognised' };
const bytes = Buffer.from(cardOf(1));

describe('recognise', () => {
  test.each([['Q1'], ['Q2'], ['Q6']])('a card by symbology %s is a card', (symbology) => {
    expect(recognise({ bytes, symbology })).toMatchObject({ kind: 'cccd', identifier: '001099000001' });
  });

  test('a card of a scanner that names no symbology is a card', () => {
    expect(recognise({ bytes })).toMatchObject({ kind: 'cccd', identifier: '001099000001' });
  });

  test.each([['C0'], ['d1'], ['A0']])('the same text from symbology %s is no credential', (symbology) => {
    expect(recognise({ bytes, symbology })).toEqual(UNKNOWN);
  });

  test('an overlong line is unknown whatever its bytes', () => {
    expect(recognise({ bytes, fault: 'overlong' })).toEqual(UNKNOWN);
  });

  test('a card whose name Windows-1252 spoilt is a card with a warning', () => {
    const spoilt = Buffer.from(Buffer.from(cardOf(1)).toString('latin1').replaceAll('\u0090', '?'));
    expect(recognise({ bytes: spoilt })).toMatchObject({ kind: 'cccd', identifier: '001099000001', warnings: ['lossy-text'] });
  });

  test.each([
    [''],
    ['\u0000'],
    ['https://example.org/?a=001099000001'],
    ['__proto__'],
    ['{"kind":"cccd"}'],
    ['\u001b[2J001099000001|'],
  ])('nothing known: %j', (text) => {
    expect(recognise({ bytes: Buffer.from(text) })).toEqual(UNKNOWN);
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (noise) => {
        expect(recognise({ bytes: noise }).kind).toBe('unknown');
      }),
    );
  });
});
