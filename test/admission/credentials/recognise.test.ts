// A scan's bytes to what was presented.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Presented } from '../../../src/admission/credentials/credential.ts';
import { recognise } from '../../../src/admission/credentials/recognise.ts';
import type { Scan } from '../../../src/admission/ports.ts';
import { NO_TRUST } from '../../../src/trust/none.ts';
import { cardOf } from '../../fakes/people.ts';
import { pass } from '../../vectors/passes.ts';
import { NO_PROOF } from './proof.ts';

const UNKNOWN = { kind: 'unknown', flaw: 'unrecognised' };
const bytes = Buffer.from(cardOf(1));
const read = (scan: Pick<Scan, 'bytes' | 'symbology' | 'fault' | 'lossy'>): Presented =>
  recognise(scan, { trust: NO_TRUST, wallMs: 0 });

describe('recognise', () => {
  test.each([['Q1'], ['Q2'], ['Q6']])('a card by symbology %s is a card', (symbology) => {
    expect(read({ bytes, symbology })).toMatchObject({ kind: 'cccd', identifier: '001099000001' });
  });

  test('a card of a scanner that names no symbology is a card', () => {
    expect(read({ bytes })).toMatchObject({ kind: 'cccd', identifier: '001099000001' });
  });

  test.each([['C0'], ['d1'], ['A0']])('the same text from symbology %s is no credential', (symbology) => {
    expect(read({ bytes, symbology })).toEqual(UNKNOWN);
  });

  test('an overlong line is unknown whatever its bytes', () => {
    expect(read({ bytes, fault: 'overlong' })).toEqual(UNKNOWN);
  });

  test('a card typed by a keyboard scanner, its letters gone or ALT digits, is a card with a warning', () => {
    for (const name of ['Nguyn Th nh', 'Nguy7877n']) {
      const typed = Buffer.from(`001099000001||${name}|01011999|Nam|H Ni|01012022`);
      expect(read({ bytes: typed, lossy: true })).toMatchObject({ identifier: '001099000001', warnings: ['lossy-text'] });
      expect(read({ bytes: typed })).not.toMatchObject({ warnings: ['lossy-text'] });
    }
  });

  test('a card whose name Windows-1252 spoilt is a card with a warning', () => {
    const spoilt = Buffer.from(Buffer.from(cardOf(1)).toString('latin1').replaceAll('\u0090', '?'));
    expect(read({ bytes: spoilt })).toMatchObject({ kind: 'cccd', identifier: '001099000001', warnings: ['lossy-text'] });
  });

  test.each([
    ['VGP1:', 'pass'],
    ['GT1:', 'token'],
    ['001099000001|', 'cccd'],
    ['001099000001|A|1999-01-01|0|q|', 'national-qr'],
    ['HC1:', 'health-certificate'],
    ['HS4010000000001|4e|$', 'health-insurance'],
    ['GRS1:', 'setup'],
    ['GRO1:', 'operator'],
  ])('a known beginning decides the kind, whatever follows: %j is %s', (text, kind) => {
    expect(recognise({ bytes: Buffer.from(text) }, NO_PROOF).kind).toBe(kind);
  });

  test('a pass from a reader that trusts nobody is by an unknown issuer', () => {
    expect(recognise({ bytes: Buffer.from(pass()) }, NO_PROOF)).toEqual({ kind: 'pass', flaw: 'unknown-issuer' });
  });

  test.each([
    [''],
    ['\u0000'],
    ['https://example.org/?a=001099000001'],
    ['__proto__'],
    ['{"kind":"cccd"}'],
    ['\u001b[2J001099000001|'],
  ])('nothing known: %j', (text) => {
    expect(read({ bytes: Buffer.from(text) })).toEqual(UNKNOWN);
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (noise) => {
        expect(read({ bytes: noise }).kind).toBe('unknown');
      }),
    );
  });
});
