// Targets: files of keys and certificates, which come from offices and ministries and are copied by hand.

import { createHash, createPublicKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { certificateEndMs } from '../../src/system/certificates.ts';
import { recipientKey, RecipientError } from '../../src/system/recipient.ts';
import { TrustError } from '../../src/trust/fault.ts';
import { readHealthSigners } from '../../src/trust/health-signers.ts';
import { readIssuers } from '../../src/trust/issuers.ts';
import { readKeyFile } from '../../src/trust/key-file.ts';
import { AGENCY, MINISTRY } from '../../test/vectors/health-certificates.ts';
import { SCHOOL } from '../../test/vectors/passes.ts';
import { seeded } from '../../test/vectors/seed.ts';
import { certificateOf, pemOf } from './certificate.ts';
import { JSON_WORDS } from './json-words.ts';
import { scratch } from './scratch.ts';
import { demand, type Target } from './target.ts';

const NOW_MS = Date.parse('2026-11-21T00:00:00Z');
const DAY_MS = 86_400_000;
const MESSAGE = Buffer.from('what is signed');

/** Signers with a certificate that is valid now, and a signature of each. */
const signers = (
  [
    ['ES256', MINISTRY],
    ['PS256', AGENCY],
  ] as const
).map(([algorithm, signer]) => {
  const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' });
  const certificate = certificateOf(key, { fromMs: NOW_MS - DAY_MS, untilMs: NOW_MS + DAY_MS });
  const kid = createHash('sha256').update(certificate).digest().subarray(0, 8);
  return { algorithm, key, certificate, kid, signature: signer.sign(MESSAGE, 'fuzz') };
});
const pems = signers.map(({ certificate }) => pemOf(certificate));
const certificates = [
  ...signers.map(({ certificate }) => certificate),
  ...pems.map((pem) => Buffer.from(pem)),
  Buffer.from(pems.join('\n')),
];
const PEM_WORDS = [
  '-----BEGIN CERTIFICATE-----\n',
  '-----END CERTIFICATE-----\n',
  '-----BEGIN TRUSTED CERTIFICATE-----\n',
  '\r\n',
  '=',
  'AAAA',
];
const DER_WORDS = [
  Buffer.of(0x30, 0x80),
  Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
  Buffer.of(0x18, 15),
  Buffer.from('99991231235959Z'),
];

const folder = scratch('certificates');
mkdirSync(folder);
const [certificateFile, keyFile] = [join(folder, 'signer.cer'), scratch('key')];

/** What a person is told holds nothing of the file and nothing that a terminal obeys. */
function tellable({ message }: Error, path: string, content: string): void {
  demand(!/[\u0000-\u001f\u007f-\u009f]/u.test(message), 'a control character in a message');
  const said = message.replaceAll(path, '');
  for (let at = 0; at + 24 <= content.length; at += 8)
    demand(!said.includes(content.slice(at, at + 24)), 'a piece of the file in a message');
}

/** What `read` gives; undefined where it refuses with an error of this kind. */
function refusing<T>(kind: new (...parts: never[]) => Error, input: Uint8Array, path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    tellable(error, path, Buffer.from(input).toString());
    return undefined;
  }
}

const jwkSet = (...keys: readonly object[]): Buffer => Buffer.from(JSON.stringify({ keys }));
const x25519 = createPublicKey({
  key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(seeded('recipient', 32)).toString('base64url') },
  format: 'jwk',
});
const school = createPublicKey({ key: { ...SCHOOL.jwk }, format: 'jwk' });
const pem = (key: typeof school): Buffer => Buffer.from(key.export({ type: 'spki', format: 'pem' }));
const secret = { ...SCHOOL.jwk, d: Buffer.from(seeded('issuer school', 32)).toString('base64url') };

export const KEY_TARGETS: readonly Target[] = [
  {
    name: 'issuers',
    covers: ['src/trust/issuers.ts', 'src/system/ed25519.ts', 'src/system/secrets.ts'],
    feeds: { 'src/trust/issuers.ts': 'readIssuers', 'src/system/ed25519.ts': 'isSmallOrder' },
    seeds: [
      jwkSet(SCHOOL.jwk),
      jwkSet({ ...SCHOOL.jwk, use: 'sig', alg: 'EdDSA', kid: 'x' }),
      jwkSet(secret),
      jwkSet({ ...SCHOOL.jwk, x: Buffer.alloc(32).toString('base64url') }),
    ],
    words: [
      ...JSON_WORDS,
      '"d":"',
      '"\\u0064":"',
      '"x":""',
      '"crv":"X25519"',
      '7P______________________________________38',
      '\ufeff',
    ],
    run(input) {
      writeFileSync(keyFile, input);
      const keys = refusing(TrustError, input, keyFile, () => readIssuers(keyFile)) ?? [];
      const set = (
        keys.length > 0
          ? JSON.parse(
              Buffer.from(input)
                .toString()
                .replace(/^\uFEFF/u, ''),
            )
          : { keys }
      ) as {
        readonly keys: readonly Readonly<Record<string, unknown>>[];
      };
      demand(set.keys.length === keys.length, 'keys are lost or made up');
      keys.forEach(({ jwk, kid8 }, at) => {
        const thumbprint = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${jwk.x}"}`).digest();
        demand(jwk.x === set.keys[at]?.['x'] && !Object.hasOwn(set.keys[at], 'd'), 'another key, or a private one');
        demand(
          jwk.kid === thumbprint.toString('base64url') && kid8 === thumbprint.toString('hex', 0, 8),
          'a name that is not its own',
        );
        demand(!isWeak(Buffer.from(jwk.x, 'base64url')), 'a key under which anybody can sign');
      });
    },
  },
  {
    name: 'health-signers',
    covers: ['src/trust/health-signers.ts'],
    feeds: { 'src/trust/health-signers.ts': 'readHealthSigners' },
    seeds: certificates,
    words: [...PEM_WORDS, ...DER_WORDS],
    run(input) {
      writeFileSync(certificateFile, input);
      const { check, faults } = readHealthSigners(folder);
      const text = Buffer.from(input).toString('latin1');
      demand(faults.length <= 1 + input.length / 50, 'more faults than certificates');
      for (const fault of faults) tellable(fault, certificateFile, text);
      for (const { certificate, kid, algorithm, signature } of signers) {
        const signed = { kid, algorithm, message: MESSAGE, signature, wallMs: NOW_MS };
        const verdict = check(signed);
        const whole = Buffer.from(input).includes(certificate) || inBase64(text, certificate);
        demand(verdict === 'unknown-key' || whole, 'a certificate that was changed answers for the one it was');
        demand(verdict !== 'invalid', 'a signer whose own signature is refused');
        demand(check({ ...signed, message: Buffer.from('what was not') }) !== 'valid', 'a signature over something else');
        demand(check({ ...signed, wallMs: NOW_MS + 2 * DAY_MS }) === 'unknown-key', 'a signer after its time');
      }
    },
  },
  {
    name: 'certificate-end',
    covers: ['src/system/certificates.ts'],
    feeds: { 'src/system/certificates.ts': 'certificateEndMs' },
    seeds: certificates,
    words: [...PEM_WORDS, ...DER_WORDS],
    run(input) {
      writeFileSync(certificateFile, input);
      const endMs = refusing(Error, Buffer.of(), certificateFile, () => certificateEndMs(certificateFile));
      demand(endMs === undefined || Number.isFinite(endMs), `an end at ${endMs}`);
    },
  },
  {
    name: 'key-file',
    covers: ['src/trust/key-file.ts', 'src/system/recipient.ts'],
    feeds: { 'src/trust/key-file.ts': 'readKeyFile', 'src/system/recipient.ts': 'recipientKey' },
    seeds: [
      pem(school),
      pem(x25519),
      pem(signers[0]?.key ?? school),
      Buffer.from(JSON.stringify(secret)),
      Buffer.from(JSON.stringify(SCHOOL.jwk)),
      Buffer.from(JSON.stringify(x25519.export({ format: 'jwk' }))),
      Buffer.from(JSON.stringify({ ...x25519.export({ format: 'jwk' }), d: secret.d })),
    ],
    words: [
      ...JSON_WORDS,
      '"d":"',
      '"\\u0064":"',
      '"X25519"',
      '"Ed25519"',
      '-----BEGIN PUBLIC KEY-----',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----',
    ],
    run(input) {
      writeFileSync(keyFile, input);
      const key = refusing(TrustError, input, keyFile, () => readKeyFile(keyFile));
      demand(key === undefined || key.asymmetricKeyType === 'ed25519', `a key that is ${key?.asymmetricKeyType}`);
      const recipient = refusing(RecipientError, input, keyFile, () => recipientKey(keyFile));
      if (recipient === undefined) return;
      demand(recipient.type === 'public', 'a recipient that can open what is sealed');
      const text = Buffer.from(input).toString();
      const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as object) : {};
      demand(!Object.hasOwn(jwk, 'd'), 'a private key on a kiosk');
    },
  },
];

/** By another implementation; what is no point signs nothing. */
function isWeak(x: Uint8Array): boolean {
  try {
    return ed25519.Point.fromBytes(x, true).isSmallOrder();
  } catch {
    return false;
  }
}

const inBase64 = (text: string, certificate: Buffer): boolean =>
  text.replaceAll(/[^A-Za-z0-9+/]/gu, '').includes(certificate.toString('base64').replaceAll('=', ''));
