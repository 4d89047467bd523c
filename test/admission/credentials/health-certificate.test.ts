// The health certificate's limits of size, which no fixed vector reaches: they need a real compressor or a longer text than a scan.

import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { recogniseHealthCertificate } from '../../../src/admission/credentials/health-certificate.ts';
import { AGENCY, claimsWith, MINISTRY, partsOf } from '../../vectors/health-certificates.ts';
import { base45, cbor, rawMap, tagged } from '../../vectors/spelling.ts';
import { NOW_SECONDS } from '../../vectors/vector.ts';
import { proofOf } from './proof.ts';

const keys = [MINISTRY, AGENCY].map(({ kid, jwk }) => ({ kid: Buffer.from(kid).toString('hex'), jwk }));
const proof = proofOf({ keys, wallMs: NOW_SECONDS * 1000 });

/** A sound certificate that is padded with an unknown claim of so many letters. */
function padded(letters: number, level: number): { readonly text: string; readonly inflated: number } {
  const bytes = cbor(tagged(18, partsOf({ payload: rawMap(claimsWith(['pad', 'x'.repeat(letters)])) })));
  return { text: `HC1:${base45(deflateSync(bytes, { level }))}`, inflated: bytes.length };
}

const OVERHEAD = padded(60_000, 9).inflated - 60_000;

describe('recogniseHealthCertificate', () => {
  test('takes what a real compressor makes of 64 KB, and not of a byte more', () => {
    const [whole, over] = [padded(65_536 - OVERHEAD, 9), padded(65_537 - OVERHEAD, 9)];
    expect([whole.inflated, over.inflated]).toEqual([65_536, 65_537]);
    expect(recogniseHealthCertificate({ text: whole.text, lossy: false }, proof)).toMatchObject({
      identifier: expect.any(String),
    });
    expect(recogniseHealthCertificate({ text: over.text, lossy: false }, proof)).toMatchObject({ flaw: 'malformed' });
  });

  test('takes no text longer than a scan', () => {
    const [within, beyond] = [padded(2400, 0), padded(2600, 0)];
    expect(within.text.length).toBeLessThanOrEqual(4096);
    expect(beyond.text.length).toBeGreaterThan(4096);
    expect(recogniseHealthCertificate({ text: within.text, lossy: false }, proof)).toMatchObject({
      identifier: expect.any(String),
    });
    expect(recogniseHealthCertificate({ text: beyond.text, lossy: false }, proof)).toMatchObject({ flaw: 'malformed' });
  });

  test('keeps nothing but the identifier, the issuer and the dates', () => {
    const presented = recogniseHealthCertificate({ text: padded(0, 9).text, lossy: false }, proof) ?? {};
    expect(Object.keys(presented).toSorted()).toEqual(['grant', 'holder', 'identifier', 'kind', 'label', 'warnings']);
  });
});
