// Who signs the vectors: keys that belong to nobody, and COSE signatures by an implementation that is not the reader's.

import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256, seeded } from './seed.ts';
import { cbor, concat, fromHex } from './spelling.ts';

export interface Signer {
  readonly kid: Uint8Array;
  /** The public key, for the checker. */
  readonly jwk: Readonly<Record<string, string>>;
  sign(message: Uint8Array, label: string): Uint8Array;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** An issuer of passes; the kid is the head of the key's thumbprint (RFC 7638). */
export function issuer(name: string): Signer {
  const secret = seeded(`issuer ${name}`, 32);
  const x = base64url(ed25519.getPublicKey(secret));
  const thumbprint = sha256(Buffer.from(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`));
  return {
    kid: thumbprint.subarray(0, 8),
    jwk: { kty: 'OKP', crv: 'Ed25519', x },
    sign: (message) => ed25519.sign(message, secret),
  };
}

/** A signer of health certificates by ES256: r and s, 32 bytes each. */
export function es256(name: string): Signer {
  const { secretKey } = p256.keygen(seeded(`es256 ${name}`, 48));
  const point = p256.getPublicKey(secretKey, false);
  return {
    kid: seeded(`es256 kid ${name}`, 8),
    jwk: { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) },
    sign: (message) => p256.sign(message, secretKey),
  };
}

// A key of 2,048 bits made for these vectors; its secret half protects nothing.
const MODULUS =
  'vNEKxB_Bak7Dk9-uSEyZ8yDxUXKYN5Tkk4mu-Lh5Pr3rqUBetGbi0hNI1ZE47VrDz0wF2lgfWyKB-MlTqROJn2BsCZT_zCNxgkxpA21SHRFIfx' +
  'oTgywGmIRP7lLFGNwQnhmLGw-xFc60K-aiecx_UwYHdCLtxb8xrNHEWgj1IqbKEa8cZypfpWogp7a7cdQwcxrBTkQdlwqpmHmWpuqQ7iokuR8j' +
  'nxvhVt3PhJratzR41twqfi9E3_dEdyvBYX12JQCtOqZS4kvK2D2PcmMRlRdirxcjzgX92R_wotXujx5b9HsM-MdMJ_1_6Ukg6roLsaAxjOILxT' +
  'kQXKMOMAz39w';
const EXPONENT =
  'AdGeFQgprYCUIYTT-0FPPrudNEe_NjkNpjguaQBWtqdPF-9iGij4wivj_AUTZpuE64z6OQ5RQWgvMIc4vy-ysZTU5Zch8ar276Z7YOH5AQVG5m' +
  'aJAPuRfEwF_LAFn9KUdf_QyoVxRloz4ecti7CctCvu_wwZFnPb71cj8sQUUtQC08XRB-ElNI5y8NH_ZqXkw5n3garqjI1WkeqsQwrBgq0P9mLZ' +
  'e8sEA7JQQ0okBYgQMC0uhBQA5mPoed1WClqhFzbpilGxATmEBgGPrZwT595PUN4Rc3wQWnKplbeag2g8ij3U5mK9cXV_wezMJTev0Mn_DRb4lO' +
  '-p0EE8EoyXWQ';

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** EMSA-PSS (RFC 8017, 9.1.1) with SHA-256, a salt of 32 bytes and 2,047 bits. */
function pssEncoded(message: Uint8Array, salt: Uint8Array): Uint8Array {
  const hash = sha256(new Uint8Array(8), sha256(message), salt);
  const block = concat(new Uint8Array(256 - 32 - 1 - 32 - 1), Uint8Array.of(1), salt);
  const mask = concat(...Array.from({ length: 7 }, (_, index) => sha256(hash, Uint8Array.of(0, 0, 0, index))));
  const masked = block.map((byte, index) => byte ^ (mask[index] ?? 0));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return concat(masked, hash, Uint8Array.of(0xbc));
}

/** A signer of health certificates by PS256. */
export function ps256(name: string): Signer {
  const [n, d] = [MODULUS, EXPONENT].map((text) => number(Buffer.from(text, 'base64url')));
  return {
    kid: seeded(`ps256 kid ${name}`, 8),
    jwk: { kty: 'RSA', n: MODULUS, e: 'AQAB' },
    sign: (message, label) => {
      const signature = power(number(pssEncoded(message, seeded(`salt ${label}`, 32))), d ?? 0n, n ?? 1n);
      return fromHex(signature.toString(16).padStart(512, '0'));
    },
  };
}

/** RFC 9052, section 4.4. */
export const sigStructure = (header: Uint8Array, payload: Uint8Array, external: Uint8Array = new Uint8Array(0)): Uint8Array =>
  cbor(['Signature1', header, external, payload]);
