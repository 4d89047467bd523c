// Codes of every kind that a reader judges, valid and each one different from the next; the people in them are invented.

import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { encode, Tagged } from 'cborg';
import { base45, signPass } from '../../src/commands/pass/code.ts';
import { cardOf } from '../../test/fakes/people.ts';
import { GATE } from './daemon.ts';
import type { Issuer, Pupil } from './issuer.ts';

const DAY_SECONDS = 86_400;
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** The kinds that are measured, in the order of recognition. */
export const CODE_KINDS = ['pass', 'token', 'cccd', 'national-qr', 'health-certificate', 'unknown'] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

export interface HealthSigner {
  readonly key: KeyObject;
  readonly kid: Uint8Array;
  /** Of its certificate, for `trust.healthCertificates`. */
  readonly folder: string;
}

/** A P-256 key with a certificate of its own, made by the openssl command. */
export function makeHealthSigner(parent: string): HealthSigner {
  const folder = join(parent, 'signers');
  mkdirSync(folder);
  const [keyFile, file] = [join(parent, 'signer.key'), join(folder, 'signer.pem')];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...newKey, '-out', file, '-days', '2', '-subj', '/CN=bench'], { stdio: 'pipe' });
  const { raw } = new X509Certificate(readFileSync(file));
  return { key: createPrivateKey(readFileSync(keyFile)), kid: createHash('sha256').update(raw).digest().subarray(0, 8), folder };
}

/** `count` codes of each kind; the tokens are the first of `pupils`. */
export function codesOf(
  count: number,
  signers: { readonly issuer: Issuer; readonly health: HealthSigner; readonly pupils: readonly Pupil[] },
): Readonly<Record<CodeKind, readonly string[]>> {
  const { issuer, health, pupils } = signers;
  const each = (make: (index: number) => string) => Array.from({ length: count }, (_, index) => make(index + 1));
  return {
    pass: each((index) => passOf(index, issuer)),
    token: pupils.slice(0, count).map(({ token }) => token),
    cccd: each(cardOf),
    'national-qr': each((index) => `******${String(index).padStart(6, '0')}|NGUYEN THI MAU|1999-**-**|0|${index}|<`),
    'health-certificate': each((index) => healthCodeOf(index, health)),
    unknown: each((index) => `https://example.invalid/menu/${index}?table=${index % 40}`),
  };
}

/** As large as a usual one: a name, two gates, the longest identifier. */
function passOf(index: number, { key }: Issuer): string {
  const now = nowSeconds();
  const order = { name: `Nguyễn Thị Mẫu ${index}`, kind: 'visitor', gates: [GATE, 'cong-phu'], once: false } as const;
  return signPass({ ...order, from: now - DAY_SECONDS, until: now + DAY_SECONDS }, 'thcs-vi-du', key).code;
}

/** A vaccination certificate with every field of the EU's schema, as Vietnam's had them, but signed ES256. */
function healthCodeOf(index: number, { key, kid }: HealthSigner): string {
  const now = nowSeconds();
  const dose = {
    tg: '840539006',
    vp: '1119349007',
    mp: 'EU/1/20/1528',
    ma: 'ORG-100030215',
    dn: 2,
    sd: 2,
    dt: '2021-11-20',
    co: 'VN',
    is: 'Benchmark',
    ci: `URN:UVCI:01:VN:BENCH${String(index).padStart(12, '0')}`,
  };
  const name = { fn: 'Nguyễn', fnt: 'NGUYEN', gn: `Thị Mẫu ${index}`, gnt: 'THI<MAU' };
  const certificate = { ver: '1.3.0', nam: name, dob: '1999-01-01', v: [dose] };
  const claims = new Map<number, unknown>([
    [1, 'VN'],
    [4, now + DAY_SECONDS],
    [6, now - DAY_SECONDS],
    [-260, new Map([[1, certificate]])],
  ]);
  const header = encode(
    new Map<number, unknown>([
      [1, -7],
      [4, kid],
    ]),
  );
  const payload = encode(claims);
  const message = encode(['Signature1', header, new Uint8Array(0), payload]);
  const signature = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  return `HC1:${base45(deflateSync(encode(new Tagged(18, [header, new Map(), payload, signature]))))}`;
}
