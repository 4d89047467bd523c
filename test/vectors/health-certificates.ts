// Vectors of the health certificate: sound ones and every way in which one is refused. What is in them is invented.

import { encodedNumber } from 'cbor2';
import { seeded } from './seed.ts';
import { es256, ps256, type Signer, sigStructure } from './signers.ts';
import { base45, cbor, concat, fromHex, raw, rawMap, tagged, zlibStored, zlibZeros } from './spelling.ts';
import { changed, type Entries } from './passes.ts';
import { NOW_SECONDS, type Vector } from './vector.ts';

export const MINISTRY = es256('ministry');
export const AGENCY = ps256('agency');
const STRANGER = es256('stranger');

const UVCI = 'URN:UVCI:01:VN:TESTONLY0001#A';
const ISSUED = NOW_SECONDS - 86_400;
const EXPIRES = NOW_SECONDS + 86_400;

const listed = (uvci: unknown): Map<unknown, unknown> => new Map([['ci', uvci]]);
const certificate = (entry = 'v', uvci: unknown = UVCI): Map<unknown, unknown> =>
  new Map([
    [
      1,
      new Map([
        ['ver', '1.3.0'],
        [entry, [listed(uvci)]],
      ] as [string, unknown][]),
    ],
  ]);

export const claimsWith = (...changes: Entries): Entries =>
  changed(
    [
      [1, 'VN'],
      [4, EXPIRES],
      [6, ISSUED],
      [-260, certificate()],
    ],
    changes,
  );

interface Parts {
  readonly signer?: Signer;
  readonly header?: Uint8Array;
  readonly unprotected?: unknown;
  readonly payload?: Uint8Array;
  readonly signature?: unknown;
  readonly label?: string;
}

const algorithmOf = (signer: Signer): number => (signer === AGENCY ? -37 : -7);
const headerOf = (signer: Signer = MINISTRY): Uint8Array =>
  rawMap([
    [1, algorithmOf(signer)],
    [4, signer.kid],
  ]);

export function partsOf({
  signer = MINISTRY,
  header = headerOf(signer),
  unprotected,
  payload,
  signature,
  label,
}: Parts = {}): unknown[] {
  const claims = payload ?? rawMap(claimsWith());
  return [header, unprotected ?? new Map(), claims, signature ?? signer.sign(sigStructure(header, claims), label ?? '')];
}

const zipped = (bytes: Uint8Array): string => `HC1:${base45(bytes)}`;
const codeOf = (envelope: unknown): string => zipped(zlibStored(cbor(envelope)));
const code = (parts: Parts = {}): string => codeOf(tagged(18, partsOf(parts)));
const codeWith = (...changes: Entries): string => code({ payload: rawMap(claimsWith(...changes)) });
const GOOD = code();

function sound(differs: { readonly grant?: object; readonly [key: string]: unknown } = {}) {
  return {
    kind: 'health-certificate',
    identifier: UVCI,
    holder: 'unlisted',
    label: '******1#A',
    warnings: [],
    ...differs,
    grant: { issuer: 'VN', notBefore: ISSUED, expires: EXPIRES, once: false, ...differs.grant },
  };
}

/** Claims as an encoder of indefinite lengths writes them. */
const streamed = (entries: Entries): Uint8Array =>
  concat(fromHex('bf'), ...entries.flatMap(([key, value]) => [cbor(key), cbor(value)]), fromHex('ff'));

const SOUND: readonly (readonly [string, string, object])[] = [
  ['by ES256', GOOD, sound()],
  ['by PS256', code({ signer: AGENCY, label: 'a' }), sound()],
  ['of a test', codeWith([-260, certificate('t')]), sound()],
  ['of a recovery', codeWith([-260, certificate('r')]), sound()],
  ['in tag 61', code({ payload: cbor(tagged(61, raw(rawMap(claimsWith())))) }), sound()],
  [
    'with a kid in the unprotected header',
    code({ header: rawMap([[1, -7]]), unprotected: new Map([[4, MINISTRY.kid]]) }),
    sound(),
  ],
  ['with two kids, the protected one right', code({ unprotected: new Map([[4, STRANGER.kid]]) }), sound()],
  ['with an algorithm in the unprotected header too', code({ unprotected: new Map([[1, -37]]) }), sound()],
  [
    'with dates as floats',
    codeWith([4, encodedNumber(EXPIRES, 'f')], [6, ISSUED + 0.5]),
    sound({ grant: { notBefore: ISSUED + 0.5 } }),
  ],
  ['with dates as long floats', codeWith([4, encodedNumber(EXPIRES, 'f64')]), sound()],
  ['with a date in a longer form', codeWith([4, encodedNumber(EXPIRES, 'i64')]), sound()],
  ['without an issued-at', codeWith([6, undefined]), sound({ grant: { notBefore: undefined } })],
  ['without an issuer', codeWith([1, undefined]), sound({ grant: { issuer: '' } })],
  ['with claims of indefinite length', code({ payload: streamed(claimsWith()) }), sound()],
  ['in a list of indefinite length', codeOf(raw(concat(fromHex('d29f'), ...partsOf().map(cbor), fromHex('ff')))), sound()],
  ['with its tag in a longer form', codeOf(raw(concat(fromHex('d90012'), cbor(partsOf())))), sound()],
  ['with a tag in what is not read', codeWith([99, tagged(0, '2021-06-01')]), sound()],
  ['issued this second', codeWith([6, NOW_SECONDS]), sound({ grant: { notBefore: NOW_SECONDS } })],
  ['with a UVCI of three characters', codeWith([-260, certificate('v', 'abc')]), sound({ identifier: 'abc', label: '******' })],
];

type Named = readonly (readonly [fault: string, text: string])[];
const envelope = (bytes: Uint8Array): string => zipped(zlibStored(bytes));
const stored = zlibStored(cbor(tagged(18, partsOf())));
const withHeader = (...entries: Entries): string => code({ header: rawMap(entries) });

const MALFORMED: Named = [
  ['nothing behind the prefix', 'HC1:'],
  ['no base45', 'HC1:lower'],
  ['one character', 'HC1:A'],
  ['no zlib', zipped(cbor(tagged(18, partsOf())))],
  ['a cut zlib stream', zipped(stored.subarray(0, -5))],
  ['a wrong checksum', zipped(stored.map((byte, index) => (index === stored.length - 1 ? byte ^ 1 : byte)))],
  ['a byte behind the zlib stream', zipped(concat(stored, Uint8Array.of(0)))],
  ['an empty zlib stream', envelope(new Uint8Array(0))],
  ['64 KB of zeros', zipped(zlibZeros(254))],
  ['more than 64 KB of zeros', zipped(zlibZeros(255))],
  ['400 KB of zeros', zipped(zlibZeros(1600))],
  ['the last character lost', GOOD.slice(0, -1)],
  ['the last half lost', GOOD.slice(0, GOOD.length / 2)],
  ['no tag', codeOf(partsOf())],
  ['tag 17', codeOf(tagged(17, partsOf()))],
  ['tag 61 around it', codeOf(tagged(61, tagged(18, partsOf())))],
  ['three parts', codeOf(tagged(18, partsOf().slice(0, 3)))],
  ['five parts', codeOf(tagged(18, [...partsOf(), null]))],
  ['a byte behind the end', envelope(concat(cbor(tagged(18, partsOf())), fromHex('00')))],
  ['an unprotected header that is a list', code({ unprotected: [] })],
  ['an algorithm of passes', withHeader([1, -19], [4, MINISTRY.kid])],
  ['algorithm ES384', withHeader([1, -35], [4, MINISTRY.kid])],
  [
    'the algorithm only in the unprotected header',
    code({ header: rawMap([[4, MINISTRY.kid]]), unprotected: new Map([[1, -7]]) }),
  ],
  ['no kid', withHeader([1, -7])],
  ['a kid of 7 bytes', withHeader([1, -7], [4, seeded('k', 7)])],
  ['an empty kid', withHeader([1, -7], [4, new Uint8Array(0)])],
  [
    'a protected kid of text before a sound one',
    code({
      header: rawMap([
        [1, -7],
        [4, 'abcdefgh'],
      ]),
      unprotected: new Map([[4, MINISTRY.kid]]),
    }),
  ],
  ['a header twice', withHeader([1, -7], [1, -7], [4, MINISTRY.kid])],
  ['an empty protected header', code({ header: new Uint8Array(0), unprotected: new Map([[4, MINISTRY.kid]]) })],
  ['a detached payload', codeOf(tagged(18, [headerOf(), new Map(), null, seeded('s', 64)]))],
  ['claims that are a list', code({ payload: fromHex('80') })],
  ['claims in tag 62', code({ payload: cbor(tagged(62, raw(rawMap(claimsWith())))) })],
  ['claims in tag 61 twice', code({ payload: cbor(tagged(61, tagged(61, raw(rawMap(claimsWith()))))) })],
  ['a byte behind the claims', code({ payload: concat(rawMap(claimsWith()), fromHex('00')) })],
  ['a claim twice', code({ payload: rawMap([...claimsWith(), [4, 9_999_999_999]]) })],
  ['text that is not UTF-8', codeWith([1, raw('62 c328')])],
  ['lists ten thousand deep', code({ payload: concat(fromHex('a101'), new Uint8Array(1500).fill(0x81), fromHex('80')) })],
  ['no expiry', codeWith([4, undefined])],
  ['an expiry of text', codeWith([4, '2030'])],
  ['an expiry that is no number', codeWith([4, Number.NaN])],
  ['an endless expiry', codeWith([4, Number.POSITIVE_INFINITY])],
  ['a tagged expiry', codeWith([4, tagged(1, EXPIRES)])],
  ['an issued-at of text', codeWith([6, 'today'])],
  ['no certificate', codeWith([-260, undefined])],
  ['a certificate of nothing', codeWith([-260, new Map([[1, new Map()]])])],
  ['no UVCI', codeWith([-260, new Map([[1, new Map([['v', [new Map()]]])]])])],
  ['an empty list of entries', codeWith([-260, new Map([[1, new Map([['v', []]])]])])],
  ['a UVCI that is a number', codeWith([-260, certificate('v', 5)])],
  ['an empty UVCI', codeWith([-260, certificate('v', '')])],
  ['a UVCI with an escape sequence', codeWith([-260, certificate('v', 'URN:\u001b[2J')])],
  ['a UVCI of 91 characters', codeWith([-260, certificate('v', 'x'.repeat(91))])],
];

const genuine = partsOf()[3] as Uint8Array;
const claims = rawMap(claimsWith());
const SIGNATURES: Named = [
  ['a changed bit', code({ signature: genuine.map((byte, index) => (index === 40 ? byte ^ 4 : byte)) })],
  ['the right kid and the wrong key', code({ signature: STRANGER.sign(sigStructure(headerOf(), claims), '') })],
  ['another certificate', code({ payload: rawMap(claimsWith([1, 'XX'])), signature: genuine })],
  [
    'a signature in DER',
    code({ signature: concat(fromHex('30440220'), genuine.slice(0, 32), fromHex('0220'), genuine.slice(32)) }),
  ],
  ['an empty signature', code({ signature: new Uint8Array(0) })],
  ['63 bytes', code({ signature: genuine.slice(0, 63) })],
  [
    'PS256 by a key of ES256',
    code({
      header: rawMap([
        [1, -37],
        [4, MINISTRY.kid],
      ]),
    }),
  ],
  [
    'ES256 by a key of PS256',
    code({
      signer: AGENCY,
      header: rawMap([
        [1, -7],
        [4, AGENCY.kid],
      ]),
      label: 'b',
    }),
  ],
  ['claims that are no CBOR, wrongly signed', code({ payload: fromHex('ff'), signature: genuine })],
  ['PS256 over something else', code({ signer: AGENCY, signature: AGENCY.sign(claims, 'c') })],
];

const ISSUERS: Named = [
  ['a stranger', code({ signer: STRANGER })],
  ['two kids, the protected one a stranger', code({ signer: STRANGER, unprotected: new Map([[4, MINISTRY.kid]]) })],
];

const vectors = (named: Named, flaw: string): Vector[] =>
  named.map(([fault, text]) => ({
    name: `a health certificate, ${flaw}: ${fault}`,
    text,
    expected: { kind: 'health-certificate', flaw },
  }));

export const HEALTH_CERTIFICATES: readonly Vector[] = [
  ...SOUND.map(([name, text, expected]) => ({
    name: `a health certificate ${name}`,
    text,
    expected: expected as Vector['expected'],
  })),
  ...vectors(MALFORMED, 'malformed'),
  ...vectors(SIGNATURES, 'bad-signature'),
  ...vectors(ISSUERS, 'unknown-issuer'),
  ...vectors(
    [
      ['issued in a second', codeWith([6, NOW_SECONDS + 1])],
      ['issued in a day', codeWith([6, encodedNumber(NOW_SECONDS + 86_400, 'f')])],
    ],
    'not-yet-valid',
  ),
  ...vectors(
    [
      ['over since a second', codeWith([4, NOW_SECONDS - 1])],
      ['over since 1970', codeWith([4, 0])],
      ['over, as a float', codeWith([4, NOW_SECONDS - 0.5])],
    ],
    'expired',
  ),
];
