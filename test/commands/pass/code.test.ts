// The code of a pass, read by an independent implementation; base45 by the examples of its RFC.

import { generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { base45, signPass } from '../../../src/commands/pass/code.ts';
import { PASS_KINDS, type PassOrder } from '../../../src/commands/pass/order.ts';
import { issuerKey } from '../../../src/trust/issuers.ts';
import { fromBase45, readPass } from './independent.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const PUBLIC = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
const ORDER: PassOrder = {
  name: 'Nguyễn Thị Mẫu',
  kind: 'pupil',
  from: 1_795_000_000,
  until: 1_795_086_400,
  gates: [],
  once: false,
};

describe('signPass', () => {
  test('makes a COSE_Sign1 with the headers and claims of the contract and nothing else', () => {
    const { code, cti } = signPass(ORDER, 'phòng hành chính', privateKey);
    const { headers, unprotected, claims, isSigned } = readPass(code, PUBLIC);
    expect(isSigned).toBe(true);
    expect([...headers]).toEqual([
      [1, -19],
      [4, new Uint8Array(Buffer.from(issuerKey(publicKey).kid8, 'hex'))],
    ]);
    expect(unprotected).toEqual({});
    expect(cti).toHaveLength(16);
    expect([...claims]).toEqual([
      [1, 'phòng hành chính'],
      [4, ORDER.until],
      [5, ORDER.from],
      [7, new Uint8Array(cti)],
      [
        -70001,
        new Map<number, unknown>([
          [1, ORDER.name],
          [4, 3],
        ]),
      ],
    ]);
  });

  test('limits a pass to its gates and to one passage', () => {
    const limited = signPass({ ...ORDER, gates: ['a', 'b-2'], once: true }, 'x', privateKey);
    const pass = readPass(limited.code, PUBLIC).claims.get(-70001) as Map<number, unknown>;
    expect([pass.get(2), pass.get(3)]).toEqual([['a', 'b-2'], true]);
  });

  test('numbers the kinds from 1, in the order of the contract', () => {
    const numbers = PASS_KINDS.map((kind) => {
      const { claims } = readPass(signPass({ ...ORDER, kind }, 'x', privateKey).code, PUBLIC);
      return [kind, (claims.get(-70001) as Map<number, unknown>).get(4)];
    });
    expect(numbers).toEqual([
      ['visitor', 1],
      ['staff', 2],
      ['pupil', 3],
      ['contractor', 4],
    ]);
  });

  test('never makes the same pass twice', () => {
    const codes = Array.from({ length: 50 }, () => signPass(ORDER, 'x', privateKey).code);
    expect(new Set(codes).size).toBe(50);
  });

  test('is signed by this key and no other', () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(readPass(signPass(ORDER, 'x', other).code, PUBLIC).isSigned).toBe(false);
  });
});

describe('base45', () => {
  test.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('of %j is %j (RFC 9285, section 4)', (text, encoded) => {
    expect(base45(Buffer.from(text))).toBe(encoded);
  });

  test('is undone by another decoder', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(Buffer.from(fromBase45(base45(bytes))).equals(bytes)).toBe(true);
      }),
    );
  });
});
