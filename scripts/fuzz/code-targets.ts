// Targets: codes that people hold before a scanner, and the layers inside signed ones, which random bytes would never reach.

import { createPrivateKey, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { isDeepStrictEqual } from 'node:util';
import { p256 } from '@noble/curves/nist.js';
import { decodeBase45 } from '../../src/admission/credentials/base45.ts';
import { decodeCbor } from '../../src/admission/credentials/cbor.ts';
import { openSign1 } from '../../src/admission/credentials/cose.ts';
import { type Credential, isFlawed, KINDS, type Presented, type Proof } from '../../src/admission/credentials/credential.ts';
import { recognise } from '../../src/admission/credentials/recognise.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import { proofOf } from '../../test/admission/credentials/proof.ts';
import { claimsWith as healthClaimsWith, MINISTRY, partsOf as healthPartsOf } from '../../test/vectors/health-certificates.ts';
import { headerOf, pass } from '../../test/vectors/passes.ts';
import { seeded } from '../../test/vectors/seed.ts';
import { sigStructure } from '../../test/vectors/signers.ts';
import { base45, cbor, rawMap, tagged } from '../../test/vectors/spelling.ts';
import { NOW_SECONDS, type VectorFile } from '../../test/vectors/vector.ts';
import { agrees, isSpelling, says } from './cbor-oracle.ts';
import { demand, type Target } from './target.ts';

const VECTORS = new URL('../../test/vectors/', import.meta.url);
const files = readdirSync(VECTORS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8')) as VectorFile);
const texts = files.flatMap(({ vectors }) => vectors.flatMap(({ text }) => text ?? []));
const NOBODY = { keys: [], wallMs: files[0]?.wallMs ?? 0 };
/** Each keyring knows the keys of its own kind, as a reader's do; what unpacks is the reader's own. */
const proven = (name: string): Proof =>
  proofOf(files.find(({ keys, vectors }) => keys.length > 0 && vectors[0]?.expected.kind === name) ?? NOBODY);
const [passes, health] = [proven('pass').trust, proven('health-certificate').trust];
const { inflate } = openTrust({});
const proof: Proof = {
  wallMs: NOBODY.wallMs,
  trust: { checkIssuer: passes.checkIssuer, checkHealthSigner: health.checkHealthSigner, inflate },
};

/** How much of a number people may see; a word of a name shows its first letter and at most its last. */
const SHOWN: Readonly<Record<string, number>> = { cccd: 6, token: 3, 'national-qr': 3, 'health-certificate': 3 };
const MASKED_NAME = /^(?:\*\*|\S\*\*\S?(?: \S\*\*\S?)*)$/u;

function isMasked({ kind, identifier, label }: Credential): boolean {
  const shown = SHOWN[kind];
  if (shown === undefined) return MASKED_NAME.test(label);
  const number = String(identifier);
  return label === (number.length > shown ? `******${number.slice(number.length - shown)}` : '******');
}

/** What everything after recognition relies on; what was read. */
function read(bytes: Uint8Array): Presented {
  const before = Buffer.from(bytes);
  const presented = recognise({ bytes }, proof);
  demand(KINDS.includes(presented.kind), `a kind ${presented.kind}`);
  demand(before.equals(bytes), 'the code was changed');
  demand(isDeepStrictEqual(recognise({ bytes }, proof), presented), 'the same code is not the same twice');
  if (isFlawed(presented)) return presented;
  demand(presented.kind !== 'unknown', 'an unknown code that somebody holds');
  demand(/^[^\p{C}]+$/u.test(presented.label), `a label that is not for eyes: ${JSON.stringify(presented.label)}`);
  demand(presented.label.length <= 400, `a label of ${presented.label.length} characters`);
  demand(isMasked(presented), `a label without its mask: ${presented.label}`);
  demand(presented.identifier.length > 0, 'nobody identified');
  demand(
    (presented.grant === undefined) !== ['pass', 'health-certificate'].includes(presented.kind),
    'a grant that nobody signed',
  );
  if (presented.kind === 'cccd') {
    const [number, , , born = '', , , issued = ''] = before.toString('latin1').split('|');
    demand(presented.identifier === number && /^\d{12}$/u.test(number), 'another number than the card says');
    demand(isDay(born) && isDay(issued), `a day that is none: ${born} ${issued}`);
  }
  return presented;
}

/** `ddmmyyyy`, by the calendar of the language. */
function isDay(text: string): boolean {
  const [day, month, year] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 8)];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`);
}

/** The keys of the vectors in node:crypto, which signs a hundred times as fast as their own implementation. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const school = createPrivateKey({
  key: Buffer.concat([PKCS8_ED25519, seeded('issuer school', 32)]),
  format: 'der',
  type: 'pkcs8',
});
const { secretKey } = p256.keygen(seeded('es256 ministry', 48));
const ministry = createPrivateKey({ key: { ...MINISTRY.jwk, d: Buffer.from(secretKey).toString('base64url') }, format: 'jwk' });

function passOf(payload: Uint8Array): Buffer {
  return Buffer.from(pass({ payload, signature: new Uint8Array(sign(null, sigStructure(headerOf(), payload), school)) }));
}

const HEALTH_HEADER = rawMap([
  [1, -7],
  [4, MINISTRY.kid],
]);

function healthCertificateOf(payload: Uint8Array): Buffer {
  const message = sigStructure(HEALTH_HEADER, payload);
  const signature = new Uint8Array(sign('sha256', message, { key: ministry, dsaEncoding: 'ieee-p1363' }));
  const envelope = cbor(tagged(18, healthPartsOf({ header: HEALTH_HEADER, payload, signature })));
  return Buffer.from(`HC1:${base45(deflateSync(envelope))}`);
}

const opened = texts
  .filter((text) => text.startsWith('VGP1:'))
  .flatMap((text) => decodeBase45(text.slice(5)) ?? [])
  .filter((bytes) => bytes.length > 0);
const claims = opened.flatMap((bytes) => openSign1(bytes, 'strict')?.payload ?? []);
const healthOpened = texts
  .filter((text) => text.startsWith('HC1:'))
  .flatMap((text) => decodeBase45(text.slice(4)) ?? [])
  .flatMap((bytes) => inflate(bytes, 65_536) ?? []);
const healthClaims = healthOpened.flatMap((bytes) => openSign1(bytes, 'foreign')?.payload ?? []);
const CBOR = [
  Buffer.of(0xd2, 0x84),
  Buffer.of(0x9f),
  Buffer.of(0xff),
  Buffer.of(0xfb),
  Buffer.of(0x5f),
  Buffer.of(0x3a, 0, 1, 0x11, 0x70),
];

const CODES = ['src/admission/credentials/'];
const CODE_FEEDS = { 'src/admission/credentials/recognise.ts': 'recognise', 'src/admission/credentials/text.ts': 'decodeCode' };

export const CODE_TARGETS: readonly Target[] = [
  {
    name: 'code',
    covers: CODES,
    feeds: {
      ...CODE_FEEDS,
      'src/admission/credentials/cccd.ts': 'recogniseCccd',
      'src/admission/credentials/national-qr.ts': 'recogniseNationalQr',
      'src/admission/credentials/health-insurance.ts': 'recogniseHealthInsurance',
      'src/admission/credentials/token.ts': 'recogniseToken',
    },
    seeds: texts.map((text) => Buffer.from(text)),
    words: [
      'VGP1:',
      'HC1:',
      'GT1:',
      '|',
      '||',
      '*',
      '$',
      'Nam',
      'Nữ',
      '01011999',
      '1999-01-01',
      '001099000001',
      '\u0000',
      '\ufffd',
      '4e',
    ],
    run(input) {
      read(input);
    },
  },
  {
    name: 'base45',
    covers: ['src/admission/credentials/base45.ts'],
    feeds: { 'src/admission/credentials/base45.ts': 'decodeBase45' },
    seeds: texts.filter((text) => text.startsWith('VGP1:')).map((text) => Buffer.from(text.slice(5))),
    words: [':::', 'GGW', ' ', '%'],
    run(input) {
      const text = Buffer.from(input).toString('latin1');
      const bytes = decodeBase45(text);
      demand(bytes === undefined || base45(bytes) === text, 'a text that is not the one spelling of its bytes');
      demand(
        Buffer.from(input).equals(decodeBase45(base45(input)) ?? Buffer.of(0)),
        'a sound text is not read as what it spells',
      );
    },
  },
  {
    name: 'cbor',
    covers: ['src/admission/credentials/cbor.ts', 'src/admission/credentials/cose.ts'],
    feeds: { 'src/admission/credentials/cbor.ts': 'decodeCbor', 'src/admission/credentials/cose.ts': 'openSign1' },
    seeds: [...opened, ...claims, ...healthOpened],
    words: CBOR,
    run(input) {
      for (const tag of [undefined, 18]) {
        const strict = decodeCbor(input, 'strict', tag);
        if (strict !== undefined) demand(isSpelling(input, strict), 'strict: bytes that are not the one spelling of their value');
        const loose = decodeCbor(input, 'foreign', tag);
        if (strict !== undefined) demand(loose !== undefined, 'foreign refuses what strict takes');
        if (loose !== undefined) demand(agrees(input, loose) === true, 'foreign: not what cbor2 reads');
      }
      const [strict, loose] = [openSign1(input, 'strict'), openSign1(input, 'foreign')];
      demand(strict === undefined || isDeepStrictEqual(strict, loose), 'one envelope, two readings');
      if (loose) demand(Buffer.from(loose.message).includes(Buffer.from(loose.payload)), 'what is signed is not what is read');
    },
  },
  {
    name: 'pass-claims',
    covers: CODES,
    feeds: { ...CODE_FEEDS, 'src/admission/credentials/pass.ts': 'recognisePass' },
    seeds: claims,
    words: [...CBOR, 'Nguyễn Thị Mẫu', '\u202e'],
    // Signed by a key that is trusted: what an issuer's faulty program could make.
    run(input) {
      const presented = read(passOf(input));
      if (isFlawed(presented)) return;
      const { issuer, notBefore, expires } = presented.grant ?? {};
      demand(says(input, 7, presented.identifier) && says(input, 1, issuer), 'another holder or issuer than was signed');
      demand(says(input, 5, notBefore) && says(input, 4, expires), 'other dates than were signed');
    },
  },
  {
    name: 'health-certificate',
    covers: CODES,
    feeds: { 'src/admission/credentials/health-certificate.ts': 'recogniseHealthCertificate' },
    seeds: [...opened, ...healthOpened],
    words: CBOR,
    run(input) {
      read(Buffer.from(`HC1:${base45(deflateSync(input))}`));
    },
  },
  {
    name: 'health-claims',
    covers: CODES,
    feeds: { 'src/admission/credentials/health-certificate.ts': 'recogniseHealthCertificate' },
    seeds: [
      ...healthClaims,
      ...[-86_400, 86_400].map((ahead) => rawMap(healthClaimsWith([4, NOW_SECONDS + ahead], [6, NOW_SECONDS + ahead - 3_600]))),
    ],
    words: [...CBOR, 'URN:UVCI:01:VN:TESTONLY0001#A', Buffer.of(0x39, 1, 3), Buffer.of(0xf9, 0x7e, 0), Buffer.of(0xd8, 61)],
    run(input) {
      const presented = read(healthCertificateOf(input));
      if (isFlawed(presented)) return;
      const { notBefore = -Infinity, expires = Number.NaN } = presented.grant ?? {};
      demand(notBefore * 1000 <= proof.wallMs && proof.wallMs <= expires * 1000, 'a certificate that is not valid now');
      demand(Buffer.from(input).includes(String(presented.identifier)), 'an identifier that nobody signed');
    },
  },
  {
    name: 'inflate',
    covers: ['src/trust/keyring.ts'],
    feeds: { 'src/trust/keyring.ts': 'openTrust' },
    seeds: [deflateSync(Buffer.alloc(10_000)), deflateSync(Buffer.from('001099000001')), deflateSync(Buffer.of())],
    words: [Buffer.of(0x78, 0x9c), Buffer.of(0, 0, 0xff, 0xff)],
    run(input) {
      const bytes = inflate(input, 4096);
      demand(bytes === undefined || bytes.length <= 4096, 'more than there may be');
      demand(inflate(deflateSync(input), 4096)?.length === input.length, 'a sound stream is not unpacked');
      demand(inflate(Buffer.concat([deflateSync(input), Buffer.of(0)]), 4096) === undefined, 'something after the end');
    },
  },
];
