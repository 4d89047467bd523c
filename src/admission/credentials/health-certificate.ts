// The EU Digital COVID Certificate, which Vietnam's certificates of 2021-22 are too. Only its signer, its signature and its
// validity count: no schema, no key usage, and nothing of its medical content is kept.
//
//   HC1: base45( zlib( 18([ << {1: alg, 4: kid} >>, {4: kid}, << claims >>, signature ]) ) )      inflated to at most 64 KB
//   alg     -7 ES256 or -37 PS256; kid 8 bytes, of the protected header where it has one, else of the other
//   claims  [61(] {1: iss text, 4: exp, 6: iat (absent: any time), -260: {1: {v | t | r: [{ci: UVCI, …}]}}} [)]
//           seconds since 1970, floats too
//
// Issuers' encoders differ, so CBOR is read as `foreign`; the claims only once the signature is proven.

import { Tagged } from 'cborg';
import { maskNumber } from '../mask.ts';
import { decodeBase45 } from './base45.ts';
import { decodeCbor, Real } from './cbor.ts';
import { ALGORITHM, KEY_ID, openSign1, type Sign1 } from './cose.ts';
import type { CodeText, Flawed, Presented, Proof } from './credential.ts';
import { type Claims, CWT, integer } from './cwt.ts';

const PREFIX = 'HC1:';
/** As long as a scan can be (ports.ts); the certificates themselves have 300 to 800. */
const LENGTH_MAX = 4096;
const INFLATED_MAX = 65_536;
const KID_LENGTH = 8;
const CWT_TAG = 61;
const HEALTH_CLAIM = -260;
const CERTIFICATE = 1;
/** Vaccination, test, recovery: where the certificate's identifier stands, and nothing else is looked at. */
const ENTRIES = ['v', 't', 'r'];
/** The EU's guidelines allow 72 characters and a prefix. */
const UVCI = /^[\x21-\x7e]{1,90}$/;

const ALGORITHMS: ReadonlyMap<unknown, 'ES256' | 'PS256'> = new Map([
  [-7, 'ES256'],
  [-37, 'PS256'],
]);

const flawed = (flaw: Flawed['flaw']): Flawed => ({ kind: 'health-certificate', flaw });

/** Recognises by the prefix. */
export function recogniseHealthCertificate({ text }: CodeText, { trust, wallMs }: Proof): Presented | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const envelope = text.length <= LENGTH_MAX ? unpack(text.slice(PREFIX.length), trust) : undefined;
  const algorithm = ALGORITHMS.get(envelope?.protectedHeader.get(ALGORITHM));
  const kid = envelope && keyOf(envelope);
  if (envelope === undefined || algorithm === undefined || kid === undefined) return flawed('malformed');
  const { message, signature, payload } = envelope;
  const check = trust.checkHealthSigner({ kid, algorithm, message, signature, wallMs });
  if (check === 'unknown-key') return flawed('unknown-issuer');
  if (check === 'invalid') return flawed('bad-signature');
  const claims = claimsOf(payload);
  return (claims && judgeClaims(claims, wallMs)) ?? flawed('malformed');
}

function unpack(text: string, trust: Proof['trust']): Sign1 | undefined {
  const deflated = decodeBase45(text);
  const bytes = deflated && trust.inflate(deflated, INFLATED_MAX);
  return bytes && openSign1(bytes, 'foreign');
}

function keyOf({ protectedHeader, unprotectedHeader }: Sign1): Uint8Array | undefined {
  const header = protectedHeader.has(KEY_ID) ? protectedHeader : unprotectedHeader;
  const kid = header.get(KEY_ID);
  return kid instanceof Uint8Array && kid.length === KID_LENGTH ? kid : undefined;
}

function claimsOf(payload: Uint8Array): Claims | undefined {
  const decoded = decodeCbor(payload, 'foreign', CWT_TAG);
  const claims: unknown = decoded instanceof Tagged ? decoded.value : decoded;
  return claims instanceof Map ? claims : undefined;
}

function seconds(value: unknown): number | undefined {
  if (value instanceof Real) return Number.isFinite(value.value) ? value.value : undefined;
  return integer(value);
}

function judgeClaims(claims: Claims, wallMs: number): Presented | undefined {
  const expires = seconds(claims.get(CWT.expires));
  const notBefore = seconds(claims.get(CWT.issuedAt));
  const identifier = uvciOf(claims);
  if (expires === undefined || identifier === undefined) return undefined;
  if (notBefore === undefined && claims.has(CWT.issuedAt)) return undefined;
  if (notBefore !== undefined && wallMs < notBefore * 1000) return flawed('not-yet-valid');
  if (wallMs > expires * 1000) return flawed('expired');
  const issuer = claims.get(CWT.issuer);
  const dates = { ...(notBefore === undefined ? {} : { notBefore }), expires };
  return {
    kind: 'health-certificate',
    identifier,
    holder: 'unlisted',
    label: maskNumber(identifier, 3),
    warnings: [],
    grant: { issuer: typeof issuer === 'string' ? issuer : '', ...dates, once: false },
  };
}

const within = (value: unknown, key: string | number): unknown => (value instanceof Map ? value.get(key) : undefined);

/** The unique certificate identifier of the first entry that has one. */
function uvciOf(claims: Claims): string | undefined {
  const certificate = within(claims.get(HEALTH_CLAIM), CERTIFICATE);
  for (const entry of ENTRIES) {
    const listed = within(certificate, entry);
    const uvci = within(Array.isArray(listed) ? listed[0] : undefined, 'ci');
    if (typeof uvci === 'string') return UVCI.test(uvci) ? uvci : undefined;
  }
  return undefined;
}
