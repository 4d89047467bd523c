// Targets: codes that people hold before a scanner, and the layers inside signed ones, which random bytes would never reach.

import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { decodeBase45 } from '../../src/admission/credentials/base45.ts';
import { decodeCbor } from '../../src/admission/credentials/cbor.ts';
import { openSign1 } from '../../src/admission/credentials/cose.ts';
import { isFlawed, KINDS, type Proof } from '../../src/admission/credentials/credential.ts';
import { recognise } from '../../src/admission/credentials/recognise.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import { proofOf } from '../../test/admission/credentials/proof.ts';
import { pass } from '../../test/vectors/passes.ts';
import { base45 } from '../../test/vectors/spelling.ts';
import type { VectorFile } from '../../test/vectors/vector.ts';
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

/** What everything after recognition relies on. */
function read(bytes: Uint8Array): void {
  const presented = recognise({ bytes }, proof);
  demand(KINDS.includes(presented.kind), `a kind ${presented.kind}`);
  if (isFlawed(presented)) return;
  demand(presented.kind !== 'unknown', 'an unknown code that somebody holds');
  demand(/^[^\p{C}]+$/u.test(presented.label), `a label that is not for eyes: ${JSON.stringify(presented.label)}`);
  demand(presented.label.length <= 400, `a label of ${presented.label.length} characters`);
  demand(presented.identifier.length > 0, 'nobody identified');
}

const opened = texts
  .filter((text) => text.startsWith('VGP1:'))
  .flatMap((text) => decodeBase45(text.slice(5)) ?? [])
  .filter((bytes) => bytes.length > 0);
const claims = opened.flatMap((bytes) => openSign1(bytes, 'strict')?.payload ?? []);
const CBOR = [
  Buffer.of(0xd2, 0x84),
  Buffer.of(0x9f),
  Buffer.of(0xff),
  Buffer.of(0xfb),
  Buffer.of(0x5f),
  Buffer.of(0x3a, 0, 1, 0x11, 0x70),
];

const CODES = ['src/admission/credentials/'];

export const CODE_TARGETS: readonly Target[] = [
  {
    name: 'code',
    covers: CODES,
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
    run: read,
  },
  {
    name: 'base45',
    covers: ['src/admission/credentials/base45.ts'],
    seeds: texts.filter((text) => text.startsWith('VGP1:')).map((text) => Buffer.from(text.slice(5))),
    words: [':::', 'GGW', ' ', '%'],
    run(input) {
      const text = Buffer.from(input).toString('latin1');
      const bytes = decodeBase45(text);
      demand(bytes === undefined || base45(bytes) === text, 'a text that is not the one spelling of its bytes');
    },
  },
  {
    name: 'cbor',
    covers: ['src/admission/credentials/cbor.ts', 'src/admission/credentials/cose.ts'],
    seeds: [...opened, ...claims],
    words: CBOR,
    run(input) {
      decodeCbor(input, 'strict');
      decodeCbor(input, 'foreign');
      openSign1(input, 'strict');
      openSign1(input, 'foreign');
    },
  },
  {
    name: 'pass-claims',
    covers: CODES,
    seeds: claims,
    words: [...CBOR, 'Nguyễn Thị Mẫu', '\u202e'],
    // Signed by a key that is trusted: what an issuer's faulty program could make.
    run: (input) => read(Buffer.from(pass({ payload: input }))),
  },
  {
    name: 'health-certificate',
    covers: CODES,
    seeds: opened,
    words: CBOR,
    run: (input) => read(Buffer.from(`HC1:${base45(deflateSync(input))}`)),
  },
];
