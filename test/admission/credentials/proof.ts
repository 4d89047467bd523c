// What recognisers are proven with in tests: nobody's keys, or the keys of a vector file over node:crypto and node:zlib.

import { createPublicKey, verify } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { Proof } from '../../../src/admission/credentials/credential.ts';
import type { SignatureCheck } from '../../../src/admission/ports.ts';
import type { VectorFile } from '../../vectors/vector.ts';
import { MORNING } from '../moment.ts';

/** A reader that trusts nobody. */
export const NO_PROOF: Proof = {
  trust: { checkIssuer: () => 'unknown-key', checkHealthSigner: () => 'unknown-key', inflate: () => undefined },
  wallMs: MORNING.wallMs,
};

/** Trusts the keys of a file; what would be outside the ports' contract throws. */
export function proofOf({ keys, wallMs }: Pick<VectorFile, 'keys' | 'wallMs'>): Proof {
  const trusted = new Map(keys.map(({ kid, jwk }) => [kid, createPublicKey({ key: jwk, format: 'jwk' })]));
  const keyOf = (kid: Uint8Array) => {
    if (kid.length !== 8) throw new RangeError(`a kid of ${kid.length} bytes was asked for, 8 are what there is`);
    return trusted.get(Buffer.from(kid).toString('hex'));
  };
  const said = (valid: boolean): SignatureCheck => (valid ? 'valid' : 'invalid');
  return {
    wallMs,
    trust: {
      checkIssuer(kid, message, signature) {
        const key = keyOf(kid);
        return key === undefined ? 'unknown-key' : said(verify(null, message, key, signature));
      },
      checkHealthSigner({ kid, algorithm, message, signature }) {
        const key = keyOf(kid);
        if (key === undefined) return 'unknown-key';
        if ((key.asymmetricKeyType === 'ec') !== (algorithm === 'ES256')) return 'invalid';
        const how = algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : { key, padding: 6, saltLength: 32 };
        return said(verify('sha256', message, how, signature));
      },
      inflate(bytes, mostBytes) {
        try {
          const { buffer, engine } = inflateSync(bytes, { maxOutputLength: mostBytes, info: true }) as unknown as {
            buffer: Uint8Array;
            engine: { bytesWritten: number };
          };
          return engine.bytesWritten === bytes.length ? buffer : undefined;
        } catch {
          return undefined;
        }
      },
    },
  };
}
