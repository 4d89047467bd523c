// An X.509 certificate around a public key (RFC 5280, DER), the same bytes in every run. Its own signature is no signature: nobody
// who reads a signer's certificate from a folder checks that.
//
//   SEQ { SEQ { [0] { INT 2 }, INT serial, SEQ { OID }, SEQ {}, SEQ { from, until }, SEQ {}, key }, SEQ { OID }, BIT STRING }

import type { KeyObject } from 'node:crypto';

const SEQUENCE = 0x30;
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}

const time = (ms: number): Buffer => der(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]|\..*/gu, '')}Z`));

export function certificateOf(
  key: KeyObject,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Buffer {
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from('Signer')))));
  const body = der(
    SEQUENCE,
    der(0xa0, Buffer.of(2, 1, 2)),
    Buffer.of(2, 1, 7),
    algorithm,
    name,
    der(SEQUENCE, time(fromMs), time(untilMs)),
    name,
    key.export({ type: 'spki', format: 'der' }),
  );
  return der(SEQUENCE, body, algorithm, der(0x03, Buffer.alloc(65)));
}

export const pemOf = (certificate: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString('base64').replaceAll(/.{64}/gu, '$&\n')}\n-----END CERTIFICATE-----\n`;
