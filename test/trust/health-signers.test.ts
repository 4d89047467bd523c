// Signers of health certificates: real X.509 certificates made by OpenSSL, signatures by node:crypto and by another library.

import { execFileSync } from 'node:child_process';
import { constants, createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { TrustError } from '../../src/trust/fault.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import { dataFolder } from '../fakes/record.ts';

interface Made {
  readonly pem: string;
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  readonly kid: Buffer;
  /** A time at which it is valid. */
  readonly wallMs: number;
}

const MESSAGE = Buffer.from('what is signed');
const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
const P384 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'];
const rsa = (bits: number) => ['-newkey', `rsa:${bits}`];

function make(kind: readonly string[]): Made {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-signer-'));
  const [keyFile, pemFile] = [join(folder, 'key'), join(folder, 'pem')];
  const options = ['-nodes', '-days', '1', '-subj', '/CN=Test signer', '-keyout', keyFile, '-out', pemFile];
  execFileSync('openssl', ['req', '-x509', ...kind, ...options], { stdio: 'pipe' });
  const pem = readFileSync(pemFile, 'utf8');
  const certificate = new X509Certificate(pem);
  const kid = createHash('sha256').update(certificate.raw).digest().subarray(0, 8);
  const key = createPrivateKey(readFileSync(keyFile));
  rmSync(folder, { recursive: true });
  return { pem, key, certificate, kid, wallMs: certificate.validFromDate.getTime() };
}

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = dataFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const trustIn = (files: Parameters<typeof folderOf>[0]) => openTrust({ healthCertificates: folderOf(files) });
const es256 = (key: KeyObject) => sign('sha256', MESSAGE, { key, dsaEncoding: 'ieee-p1363' });
const ps256 = (key: KeyObject, saltLength = 32) =>
  sign('sha256', MESSAGE, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

describe('checkHealthSigner', () => {
  let ec: Made;
  let other: Made;
  let pss: Made;
  beforeAll(() => {
    [ec, other, pss] = [make(P256), make(P256), make(rsa(2048))];
  });
  const signedBy = ({ kid, wallMs }: Made, algorithm: 'ES256' | 'PS256', signature: Uint8Array) => ({
    kid,
    algorithm,
    message: MESSAGE,
    signature,
    wallMs,
  });

  test('is valid for ES256 and PS256, from PEM, a bundle and DER', () => {
    const trust = trustIn({
      'bundle.pem': `# two\n${ec.pem}\n${pss.pem}`,
      'other.cer': other.certificate.raw,
      'README.txt': 'x',
    });
    expect(trust.faults).toEqual([]);
    expect(trust.checkHealthSigner(signedBy(ec, 'ES256', es256(ec.key)))).toBe('valid');
    expect(trust.checkHealthSigner(signedBy(other, 'ES256', es256(other.key)))).toBe('valid');
    expect(trust.checkHealthSigner(signedBy(pss, 'PS256', ps256(pss.key)))).toBe('valid');
    const scalar = Buffer.from(ec.key.export({ format: 'jwk' }).d ?? '', 'base64url');
    expect(trust.checkHealthSigner(signedBy(ec, 'ES256', p256.sign(MESSAGE, scalar)))).toBe('valid');
  });

  test('is invalid for another key, an algorithm the key has not, another encoding or salt, and anything cut', () => {
    const trust = trustIn({ 'a.pem': ec.pem, 'b.pem': other.pem, 'c.pem': pss.pem });
    const refused = [
      signedBy(ec, 'ES256', es256(other.key)),
      signedBy(ec, 'PS256', es256(ec.key)),
      signedBy(pss, 'ES256', ps256(pss.key)),
      signedBy(ec, 'ES256', sign('sha256', MESSAGE, ec.key)),
      signedBy(ec, 'ES256', es256(ec.key).subarray(0, 63)),
      signedBy(ec, 'ES256', new Uint8Array(64)),
      signedBy(pss, 'PS256', ps256(pss.key, 20)),
      signedBy(pss, 'PS256', sign('sha256', MESSAGE, pss.key)),
      signedBy(pss, 'PS256', new Uint8Array(0)),
      { ...signedBy(ec, 'ES256', es256(ec.key)), message: Buffer.from('another') },
    ];
    for (const signed of refused) expect(trust.checkHealthSigner(signed)).toBe('invalid');
  });

  test('knows a signer from its first second to its last, and no other', () => {
    const trust = trustIn({ 'a.pem': ec.pem });
    const [from, until] = [ec.certificate.validFromDate.getTime(), ec.certificate.validToDate.getTime()];
    const at = (wallMs: number) => trust.checkHealthSigner({ ...signedBy(ec, 'ES256', es256(ec.key)), wallMs });
    expect([from - 1, from, until + 999, until + 1000].map(at)).toEqual(['unknown-key', 'valid', 'valid', 'unknown-key']);
    expect(trust.checkHealthSigner(signedBy(other, 'ES256', es256(other.key)))).toBe('unknown-key');
    expect(openTrust({}).checkHealthSigner(signedBy(ec, 'ES256', es256(ec.key)))).toBe('unknown-key');
  });

  test('never throws', () => {
    const trust = trustIn({ 'a.pem': ec.pem, 'c.pem': pss.pem });
    const bytes = fc.uint8Array({ maxLength: 300 });
    const takes = (made: Made, algorithm: 'ES256' | 'PS256') =>
      fc.property(bytes, (signature) => {
        expect(trust.checkHealthSigner(signedBy(made, algorithm, signature))).toBe('invalid');
      });
    fc.assert(takes(ec, 'ES256'));
    fc.assert(takes(pss, 'PS256'));
  });
});

describe('readHealthSigners', () => {
  test('tells of each file it cannot use, and uses the rest', () => {
    const good = make(P256);
    const folder = folderOf({
      'a.pem': 'no certificate',
      'b.crt': make(P384).pem,
      'c.der': new Uint8Array(9),
      'd.pem': make(rsa(1024)).pem,
    });
    writeFileSync(join(folder, 'good.PEM'), good.pem);
    mkdirSync(join(folder, 'e.pem'));
    const timeless = good.certificate.raw.toString('latin1').replaceAll(/\d{8}Z/gu, '00xx0000Z');
    writeFileSync(join(folder, 'f.der'), Buffer.from(timeless, 'latin1'));
    const trust = openTrust({ healthCertificates: folder });
    expect(trust.faults.map(({ code, path }) => [code, path.slice(folder.length + 1)])).toEqual([
      ['malformed', 'a.pem'],
      ['malformed', 'b.crt'],
      ['malformed', 'c.der'],
      ['malformed', 'd.pem'],
      ['unreadable', 'e.pem'],
      ['malformed', 'f.der'],
    ]);
    for (const { message, path } of trust.faults) expect(message).toMatch(new RegExp(`${path}: .*take it away`));
    const signed = {
      kid: good.kid,
      algorithm: 'ES256' as const,
      message: MESSAGE,
      signature: es256(good.key),
      wallMs: good.wallMs,
    };
    expect(trust.checkHealthSigner(signed)).toBe('valid');
  });

  test('refuses a folder that is none', () => {
    const file = join(dataFolder(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, '/nowhere']) {
      expect(() => openTrust({ healthCertificates: folder })).toThrow(TrustError);
    }
  });
});
