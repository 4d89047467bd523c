// The signers of health certificates: a folder of X.509 certificates (PEM, also several in a file, or DER), named in codes by
// the first 8 bytes of the SHA-256 of their DER. A certificate that can't be used is a fault of its own and stops no other.

import { constants, createHash, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SignatureCheck, Trust } from '../admission/ports.ts';
import { causeOf, TrustError } from './fault.ts';

type Algorithm = 'ES256' | 'PS256';

interface Signer {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
  /** Milliseconds since 1970, both included. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface HealthSigners {
  readonly check: Trust['checkHealthSigner'];
  /** Files that could not be used. */
  readonly faults: readonly TrustError[];
}

const CERTIFICATE_NAME = /\.(?:pem|crt|cer|der)$/iu;
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;
const KID_BYTES = 8;
const RSA_BITS_MIN = 2048;
/** RFC 8230, section 2: the salt of PS256 is as long as its hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

/**
 * Reads every `.pem`, `.crt`, `.cer` and `.der` file of a folder; other files are none of its business.
 *
 * @throws TrustError `unreadable` where the folder itself can't be read
 */
export function readHealthSigners(folder: string): HealthSigners {
  const signers = new Map<string, Signer[]>();
  const faults: TrustError[] = [];
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    for (const found of certificatesOf(path)) {
      const signer = found instanceof X509Certificate ? signerOf(found, path) : found;
      if (signer instanceof TrustError) faults.push(signer);
      else if (found instanceof X509Certificate) {
        const kid = createHash('sha256').update(found.raw).digest().subarray(0, KID_BYTES).toString('hex');
        signers.set(kid, [...(signers.get(kid) ?? []), signer]);
      }
    }
  }
  return { faults, check: (signed) => check(signers.get(Buffer.from(signed.kid).toString('hex')) ?? [], signed) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => CERTIFICATE_NAME.test(name))
      .sort();
  } catch (cause) {
    const found = causeOf(cause);
    const message = `reading the folder ${folder}: ${found}; name a folder the daemon's user can read in trust.healthCertificates`;
    throw new TrustError({ code: 'unreadable', path: folder, found, message }, cause);
  }
}

/** The certificates of a file, and a fault in place of each that can't be read. */
function certificatesOf(path: string): (X509Certificate | TrustError)[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const found = causeOf(cause);
    const message = `reading the certificate ${path}: ${found}; make it readable for the daemon's user, or take it away`;
    return [new TrustError({ code: 'unreadable', path, found, message }, cause)];
  }
  const blocks = bytes.toString('latin1').match(PEM_BLOCK);
  return (blocks ?? [bytes]).map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      return unusable(path, 'no X.509 certificate', cause);
    }
  });
}

function unusable(path: string, found: string, cause?: unknown): TrustError {
  const message = `certificate ${path}: found ${found}, wanted an X.509 certificate with a P-256 or RSA key; fetch it again, or take it away`;
  return new TrustError({ code: 'malformed', path, found, message }, cause);
}

function signerOf(certificate: X509Certificate, path: string): Signer | TrustError {
  try {
    const key = certificate.publicKey;
    const algorithm = algorithmOf(key);
    if (algorithm === undefined)
      return unusable(path, `a key that signs neither ES256 nor PS256 (${key.asymmetricKeyType ?? '?'})`);
    // A certificate's times are whole seconds, and its last second belongs to it.
    const untilMs = certificate.validToDate.getTime() + 999;
    const fromMs = certificate.validFromDate.getTime();
    // OpenSSL reads a certificate whose times are none: it would be there and count at no time.
    if (Number.isNaN(fromMs + untilMs)) return unusable(path, 'a validity that is no time');
    return { key, algorithm, fromMs, untilMs };
  } catch (cause) {
    return unusable(path, 'a key that this program does not know', cause);
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm | undefined {
  if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
  const isRsa = asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss';
  return isRsa && (asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN ? 'PS256' : undefined;
}

type Signed = Parameters<Trust['checkHealthSigner']>[0];

/** A certificate that is not valid at the time counts as one that is not there. */
function check(signers: readonly Signer[], signed: Signed): SignatureCheck {
  const current = signers.filter(({ fromMs, untilMs }) => fromMs <= signed.wallMs && signed.wallMs <= untilMs);
  if (current.length === 0) return 'unknown-key';
  return current.some((signer) => signer.algorithm === signed.algorithm && isSignedBy(signer, signed)) ? 'valid' : 'invalid';
}

function isSignedBy({ key, algorithm }: Signer, { message, signature }: Signed): boolean {
  try {
    return verify('sha256', message, algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : { key, ...PSS }, signature);
  } catch {
    // A signature that OpenSSL can't even read, or an RSA-PSS key that is bound to other parameters.
    return false;
  }
}
