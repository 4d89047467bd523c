// The signed pass: what an issuer says of its holder, checked without a network.
//
//   VGP1: base45( 18([ << {1: alg, 4: kid} >>, {}, << claims >>, signature ]) )       at most 1,024 characters in all
//   alg     -8 EdDSA or -19 Ed25519; kid 8 bytes (RFC 7638 thumbprint's first)         nothing else in either header
//   claims  1 iss text, 4 exp, 5 nbf whole seconds since 1970, 7 cti 8-16 bytes,
//           -70001: {1: name 1-40 code points, 2: [gate, …] (absent: all), 3: once (absent: no), 4: kind 1-4}
//
// CBOR is strict. Order: prefix, length, base45, CBOR and headers, known key, signature, then the claims. Their dates, gates,
// revocation and use are rules (policy/), which read the grant made here.

import { maskName } from '../mask.ts';
import { decodeBase45 } from './base45.ts';
import { decodeCbor } from './cbor.ts';
import { ALGORITHM, KEY_ID, openSign1, type Sign1 } from './cose.ts';
import type { CodeText, Credential, Flawed, Holder, Presented, Proof } from './credential.ts';
import { type Claims, CWT, integer } from './cwt.ts';

const PREFIX = 'VGP1:';
const LENGTH_MAX = 1024;
const KID_LENGTH = 8;
const ALGORITHMS: ReadonlySet<unknown> = new Set([-8, -19]);
/** The private claim, and the keys within it. */
const GRANT = -70_001;
const [NAME, GATES, ONCE, KIND] = [1, 2, 3, 4];
const CTI_LENGTH = { min: 8, max: 16 };
const NAME_LENGTH_MAX = 40;
/** Controls, formats, surrogates, private use and unassigned: nothing that shows as itself. */
const UNSHOWN = /\p{C}/u;

const HOLDERS: ReadonlyMap<unknown, Holder> = new Map([
  [1, 'visitor'],
  [2, 'staff'],
  [3, 'pupil'],
  [4, 'contractor'],
]);

const flawed = (flaw: Flawed['flaw']): Flawed => ({ kind: 'pass', flaw });

/** Recognises by the prefix. */
export function recognisePass({ text }: CodeText, { trust }: Proof): Presented | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  if (text.length > LENGTH_MAX) return flawed('malformed');
  const bytes = decodeBase45(text.slice(PREFIX.length));
  const envelope = bytes && openSign1(bytes, 'strict');
  const kid = envelope && keyOf(envelope);
  const claims = envelope && decodeCbor(envelope.payload, 'strict');
  if (envelope === undefined || kid === undefined || claims === undefined) return flawed('malformed');
  const check = trust.checkIssuer(kid, envelope.message, envelope.signature);
  if (check === 'unknown-key') return flawed('unknown-issuer');
  if (check === 'invalid') return flawed('bad-signature');
  return (claims instanceof Map ? credentialOf(claims) : undefined) ?? flawed('malformed');
}

/** The key's id where both headers are exactly as drawn. */
function keyOf({ protectedHeader, unprotectedHeader }: Sign1): Uint8Array | undefined {
  const kid = protectedHeader.get(KEY_ID);
  const asDrawn = unprotectedHeader.size === 0 && protectedHeader.size === 2 && ALGORITHMS.has(protectedHeader.get(ALGORITHM));
  return asDrawn && kid instanceof Uint8Array && kid.length === KID_LENGTH ? kid : undefined;
}

function credentialOf(claims: Claims): Credential | undefined {
  const issuer = claims.get(CWT.issuer);
  const [expires, notBefore] = [integer(claims.get(CWT.expires)), integer(claims.get(CWT.notBefore))];
  const identifier = claims.get(CWT.id);
  const own = claims.get(GRANT);
  if (typeof issuer !== 'string' || expires === undefined || notBefore === undefined || !(own instanceof Map)) return undefined;
  if (!(identifier instanceof Uint8Array)) return undefined;
  if (identifier.length < CTI_LENGTH.min || identifier.length > CTI_LENGTH.max) return undefined;
  const [name, gates, once, holder] = [nameOf(own), gatesOf(own), onceOf(own), HOLDERS.get(own.get(KIND))];
  if (name === undefined || gates === undefined || once === undefined || holder === undefined) return undefined;
  return {
    kind: 'pass',
    identifier,
    holder,
    label: maskName(name),
    warnings: [],
    grant: { issuer, notBefore, expires, ...(gates === 'all' ? {} : { gates }), once },
    details: { name },
  };
}

function nameOf(own: Claims): string | undefined {
  const given = own.get(NAME);
  if (typeof given !== 'string') return undefined;
  const name = given.normalize('NFC');
  const length = Array.from(name).length;
  return length >= 1 && length <= NAME_LENGTH_MAX && !UNSHOWN.test(name) ? name : undefined;
}

function gatesOf(own: Claims): readonly string[] | 'all' | undefined {
  if (!own.has(GATES)) return 'all';
  const gates: unknown = own.get(GATES);
  return Array.isArray(gates) && gates.every((gate): gate is string => typeof gate === 'string') ? gates : undefined;
}

function onceOf(own: Claims): boolean | undefined {
  if (!own.has(ONCE)) return false;
  const once: unknown = own.get(ONCE);
  return typeof once === 'boolean' ? once : undefined;
}
