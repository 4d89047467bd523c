// Vectors of the signed pass: every way in which one is refused, each signed as it stands unless that is its fault.

import { encodedNumber } from 'cbor2';
import {
  claimsWith,
  codeOf,
  DISTRICT,
  type Entries,
  GRANT,
  headerOf,
  own,
  type Parts,
  partsOf,
  pass,
  passWith,
  SCHOOL,
  STRANGER,
} from './passes.ts';
import { seeded } from './seed.ts';
import { sigStructure } from './signers.ts';
import { cbor, concat, fromHex, fromText, raw, rawMap, tagged } from './spelling.ts';
import type { Vector } from './vector.ts';

type Named = readonly (readonly [fault: string, text: string])[];

const GOOD = pass();
const body = GOOD.slice('VGP1:'.length);
const withHeader = (...entries: Entries): string => pass({ header: rawMap(entries) });
const withPayload = (hex: string): string => pass({ payload: fromHex(hex) });
/** The sound claims and one more, whose value is written as it stands. */
const withRaw = (hex: string): string => passWith([99, raw(hex)]);
const kid = SCHOOL.kid;

const SPELLING: Named = [
  ['nothing behind the prefix', 'VGP1:'],
  ['lower case', `VGP1:${body.toLowerCase()}`],
  ['an underscore', `VGP1:_${body.slice(1)}`],
  ['a letter that is not ASCII', `VGP1:É${body.slice(1)}`],
  ['NUL', `VGP1:\u0000${body.slice(1)}`],
  ['a tab', `VGP1:\t${body.slice(1)}`],
  ['an escape sequence', `VGP1:\u001b[2J${body}`],
  ['a carriage return at its end', `${GOOD}\r`],
  ['a blank at its end', `${GOOD} `],
  ['two blanks at its end', `${GOOD}  `],
  ['three blanks at its end', `${GOOD}   `],
  ['a blank behind the prefix', `VGP1: ${body}`],
  ['two blanks behind the prefix', `VGP1:  ${body}`],
  ['one character', 'VGP1:A'],
  ['a triple above 65,535', 'VGP1:GGW'],
  ['the highest triple', 'VGP1::::'],
  ['a pair above 255', 'VGP1::5'],
  ['quotes', `VGP1:"${body}"`],
  ['the prefix twice', `VGP1:${GOOD}`],
  ['1,025 characters', passWith([99, seeded('x', 514)])],
  ['4,000 characters', passWith([99, seeded('x', 2400)])],
  ...[1, 2, 3, 4, 5, 6, 9, 12, 30, 60, 100, 200].map(
    (lost) => [`the last ${lost} characters lost`, GOOD.slice(0, -lost)] as const,
  ),
  ...[1, 2, 3].map((lost) => [`the first ${lost} characters lost`, `VGP1:${body.slice(lost)}`] as const),
];

const ENVELOPE: Named = [
  ['no tag', codeOf(partsOf())],
  ...[17, 16, 98, 61, 55_799].map((tag) => [`tag ${tag}`, codeOf(tagged(tag, partsOf()))] as const),
  ['tag 18 in tag 61', codeOf(tagged(61, tagged(18, partsOf())))],
  ['tag 18 in tag 55799', codeOf(tagged(55_799, tagged(18, partsOf())))],
  ['tag 18 twice', codeOf(tagged(18, tagged(18, partsOf())))],
  ['tag 18 in a longer form', codeOf(raw(concat(fromHex('d812'), cbor(partsOf()))))],
  ['tag 18 in two bytes', codeOf(raw(concat(fromHex('d90012'), cbor(partsOf()))))],
  ['three parts', codeOf(tagged(18, partsOf().slice(0, 3)))],
  ['five parts', codeOf(tagged(18, [...partsOf(), null]))],
  ['no part', codeOf(tagged(18, []))],
  ['a map for the parts', codeOf(tagged(18, new Map(partsOf().map((part, index) => [index, part]))))],
  ['a text for the parts', codeOf(tagged(18, 'parts'))],
  ['a list of indefinite length', codeOf(raw(concat(fromHex('d29f'), ...partsOf().map(cbor), fromHex('ff'))))],
  ['a list length in a longer form', codeOf(raw(concat(fromHex('d29804'), ...partsOf().map(cbor))))],
  ['a list that says more than there is', codeOf(raw(concat(fromHex('d285'), ...partsOf().map(cbor))))],
  ['a list of 2^32-1', codeOf(raw(concat(fromHex('d29affffffff'), ...partsOf().map(cbor))))],
  ['a list of 2^64-1', codeOf(raw(concat(fromHex('d29bffffffffffffffff'), ...partsOf().map(cbor))))],
  ['a byte behind the end', codeOf(raw(concat(cbor(tagged(18, partsOf())), fromHex('00'))))],
  ['a second pass behind the end', codeOf(raw(concat(cbor(tagged(18, partsOf())), cbor(tagged(18, partsOf())))))],
  ['an unprotected header that is not empty', pass({ unprotected: new Map([[4, kid]]) })],
  ['an unprotected header that is a list', pass({ unprotected: [] })],
  ['an unprotected header of indefinite length', pass({ unprotected: raw('bfff') })],
  ['an unprotected header in a longer form', pass({ unprotected: raw('b800') })],
  ['no signature but null', pass({ signature: raw('f6') })],
  ['a signature of text', pass({ signature: 'x'.repeat(64) })],
  ['a detached payload', codeOf(tagged(18, [headerOf(), new Map(), null, seeded('s', 64)]))],
  ['claims that are not in a byte string', codeOf(tagged(18, [headerOf(), new Map(), new Map(claimsWith()), seeded('s', 64)]))],
  ['a payload length in a longer form', codeOf(tagged(18, partsOf().with(2, raw(concat(fromHex('590080'), seeded('p', 128))))))],
  ['a payload of indefinite length', codeOf(tagged(18, partsOf().with(2, raw('5f41a0ff'))))],
];

const HEADERS: Named = [
  ['a kid only in the unprotected header', pass({ header: rawMap([[1, -19]]), unprotected: new Map([[4, kid]]) })],
  ['no kid', withHeader([1, -19])],
  ...[0, 7, 9, 32].map((length) => [`a kid of ${length} bytes`, withHeader([1, -19], [4, seeded('kid', length)])] as const),
  ['a kid of text', withHeader([1, -19], [4, 'abcdefgh'])],
  ['no algorithm', withHeader([4, kid])],
  ...[-7, -37, 5, 0, -20, 'EdDSA', null].map((alg) => [`algorithm ${String(alg)}`, withHeader([1, alg], [4, kid])] as const),
  ['algorithm -8 as a float', withHeader([1, encodedNumber(-8, 'f')], [4, kid])],
  ['algorithm -19 in a longer form', withHeader([1, raw('3812')], [4, kid])],
  ['algorithm in the unprotected header', pass({ header: rawMap([[4, kid]]), unprotected: new Map([[1, -19]]) })],
  ['a critical header', withHeader([1, -19], [4, kid], [2, [4]])],
  ['a third header', withHeader([1, -19], [4, kid], [3, 'application/cwt'])],
  ['the algorithm twice', withHeader([1, -19], [1, -19], [4, kid])],
  ['two kids', withHeader([1, -19], [4, STRANGER.kid], [4, kid])],
  ['an empty protected header', pass({ header: new Uint8Array(0) })],
  ['a protected header without entries', pass({ header: fromHex('a0') })],
  ['a protected header that is a list', pass({ header: cbor([-19, kid]) })],
  ['a protected header of indefinite length', pass({ header: concat(fromHex('bf013204'), cbor(kid), fromHex('ff')) })],
  ['a byte behind the protected header', pass({ header: concat(headerOf(), fromHex('00')) })],
  ['a protected header that is no byte string', codeOf(tagged(18, partsOf().with(0, new Map([[1, -19]]))))],
];

const CBOR: Named = [
  ['an empty payload', withPayload('')],
  ['a cut payload', pass({ payload: rawMap(claimsWith()).subarray(0, -3) })],
  ['a byte behind the claims', pass({ payload: concat(rawMap(claimsWith()), fromHex('f6')) })],
  ['claims of indefinite length', pass({ payload: concat(fromHex('bf'), rawMap(claimsWith()).subarray(1), fromHex('ff')) })],
  ['a claim twice', pass({ payload: rawMap([...claimsWith(), [4, 9_999_999_999]]) })],
  ['an unknown claim twice', pass({ payload: rawMap([...claimsWith(), ['x', 1], ['x', 2]]) })],
  ['__proto__ twice', pass({ payload: rawMap([...claimsWith(), ['__proto__', 1], ['__proto__', 2]]) })],
  [
    'an own entry twice',
    passWith([
      GRANT,
      raw(
        rawMap([
          [1, 'A'],
          [4, 1],
          [4, 2],
        ]),
      ),
    ]),
  ],
  ['a byte key twice', withRaw('a2 4101 01 4101 02')],
  ['a float key twice', withRaw('a2 f93e00 01 f93e00 02')],
  ['a list for a key', withRaw('a1 80 01')],
  ['a date in a longer form', passWith([5, raw('1b000000006b0119b0')])],
  ['a key in a longer form', pass({ payload: concat(fromHex('a6'), rawMap(claimsWith()).subarray(1), fromHex('180a 00')) })],
  ['a text length in a longer form', passWith([1, raw('7801 41')])],
  ['a byte length in a longer form', passWith([7, raw(concat(fromHex('590010'), seeded('cti', 16)))])],
  ['text that is not UTF-8', passWith([1, raw('62 c328')])],
  ['text of Latin-1', passWith([GRANT, raw('a2 01 63 e16e68 04 01')])],
  ['text of overlong UTF-8', passWith([GRANT, raw('a2 01 62 c180 04 01')])],
  ['text of a surrogate', passWith([GRANT, raw('a2 01 63 eda080 04 01')])],
  ['text cut in a letter', passWith([1, raw('61 c3')])],
  ['invalid UTF-8 in an unknown claim', withRaw(`7828 ${'41'.repeat(39)}ff`)],
  ['a list of indefinite length within', withRaw('9f 01 ff')],
  ['a text of indefinite length', withRaw('7f 6141 ff')],
  ['bytes of indefinite length', withRaw('5f 4141 ff')],
  ['a map of indefinite length', withRaw('bf ff')],
  ['a break', withRaw('ff')],
  ['a tag within', withRaw('c1 00')],
  ['a simple value nobody knows', withRaw('e0')],
  ['a simple value in two bytes', withRaw('f8 ff')],
  ['reserved additional information', withRaw('1c')],
  ['1.5 in four bytes', withRaw('fa3fc00000')],
  ['1.5 in eight bytes', withRaw('fb3ff8000000000000')],
  ['0.1 as float32 in eight bytes', withRaw('fb3fb99999a0000000')],
  ['the smallest half in four bytes', withRaw('fa33800000')],
  ['NaN in eight bytes', withRaw('fb7ff8000000000000')],
  ['lists a hundred deep', withRaw(`${'81'.repeat(100)}80`)],
  ['maps a hundred deep', withRaw(`${'a100'.repeat(100)}80`)],
];

const CLAIMS: Named = [
  ...[1, 4, 5, 7, GRANT].map((claim) => [`no claim ${claim}`, passWith([claim, undefined])] as const),
  ...[1, 4].map((key) => [`no own entry ${key}`, passWith([GRANT, own([key, undefined])])] as const),
  ...([4, 5] as const).flatMap((claim) =>
    [encodedNumber(1_795_000_000, 'f'), 1.5, '1795000000', null, true, [1_795_000_000]].map(
      (value, index) => [`claim ${claim} of type ${index}`, passWith([claim, value])] as const,
    ),
  ),
  ...[7, null, fromText('x')].map((value, index) => [`an issuer of type ${index}`, passWith([1, value])] as const),
  ...[0, 7, 17, 32].map((length) => [`a cti of ${length} bytes`, passWith([7, seeded('cti', length)])] as const),
  ['a cti of text', passWith([7, '0123456789'])],
  ...[[], 'x', null, 1].map((value, index) => [`an own claim of type ${index}`, passWith([GRANT, value])] as const),
  ...[
    '',
    'x'.repeat(41),
    '😀'.repeat(41),
    'a\u0000b',
    'a\nb',
    'a\u001b[2J',
    'a\u007f',
    'a\u0085',
    'a\u200db',
    'a\u202eb',
    'a\ufeff',
    '\ue000',
    '\u0378',
    '\u{e0041}',
  ].map((name) => [`the name ${JSON.stringify(name)}`, passWith([GRANT, own([1, name])])] as const),
  ...[1, null, fromText('An'), ['An']].map(
    (value, index) => [`a name of type ${index}`, passWith([GRANT, own([1, value])])] as const,
  ),
  ...['g', null, [1], ['a', null], new Map(), [fromText('a')]].map(
    (value, index) => [`gates of type ${index}`, passWith([GRANT, own([2, value])])] as const,
  ),
  ...[1, 0, null, 'true'].map((value) => [`once ${JSON.stringify(value)}`, passWith([GRANT, own([3, value])])] as const),
  ...[0, 5, -1, '1', true, encodedNumber(1, 'f'), [1]].map(
    (value, index) => [`a holder kind of type ${index}`, passWith([GRANT, own([4, value])])] as const,
  ),
  ['claims in tag 61', pass({ payload: cbor(tagged(61, raw(rawMap(claimsWith())))) })],
  ['claims that are a list', withPayload('80')],
  ['claims that are a number', withPayload('00')],
  ['claims that are empty', withPayload('a0')],
  ['a float for the key of the expiry', passWith([4, undefined], [encodedNumber(4, 'f'), 9_999_999_999])],
];

const genuine = partsOf()[3] as Uint8Array<ArrayBuffer>;
const flipped = (bit: number): Uint8Array =>
  Uint8Array.from(genuine, (byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
const claims = rawMap(claimsWith());
const signedOver = (message: Uint8Array, parts: Parts = {}): string => pass({ ...parts, signature: SCHOOL.sign(message, '') });

const SIGNATURES: Named = [
  ...[0, 255, 256, 500, 511].map((bit) => [`bit ${bit} of the signature changed`, pass({ signature: flipped(bit) })] as const),
  ['the right kid and the wrong key', pass({ signature: STRANGER.sign(sigStructure(headerOf(), claims), '') })],
  [
    'the kid of another issuer',
    pass({ header: headerOf(DISTRICT), signature: SCHOOL.sign(sigStructure(headerOf(DISTRICT), claims), '') }),
  ],
  ['the signature of another pass', pass({ payload: rawMap(claimsWith([1, 'x'])), signature: genuine })],
  ['an algorithm changed after signing', pass({ header: headerOf(SCHOOL, -8), signature: genuine })],
  ['a signature over the payload alone', signedOver(claims)],
  ['a signature with external data', signedOver(sigStructure(headerOf(), claims, fromText('x')))],
  ['a signature of a COSE_Sign', signedOver(cbor(['Signature', headerOf(), new Uint8Array(0), claims]))],
  ['a signature of zeros', pass({ signature: new Uint8Array(64) })],
  ['an empty signature', pass({ signature: new Uint8Array(0) })],
  ['a signature of 63 bytes', pass({ signature: genuine.slice(0, 63) })],
  ['a signature of 65 bytes', pass({ signature: concat(genuine, Uint8Array.of(0)) })],
  ['claims of wrong types, wrongly signed', pass({ payload: fromHex('a0'), signature: genuine })],
  ['claims that are a list, wrongly signed', pass({ payload: fromHex('80'), signature: genuine })],
];

const ISSUERS: Named = [
  ['a stranger', pass({ signer: STRANGER })],
  ['a stranger, wrongly signed', pass({ signer: STRANGER, signature: genuine })],
  ['a stranger, with claims of wrong types', pass({ signer: STRANGER, payload: fromHex('80') })],
  [
    'a kid of zeros',
    pass({
      header: rawMap([
        [1, -19],
        [4, new Uint8Array(8)],
      ]),
    }),
  ],
];

const FIRST_FAULT: Named = [
  ['a stranger, with a claim twice', pass({ signer: STRANGER, payload: rawMap([...claimsWith(), [4, 1]]) })],
  ['wrongly signed, with a claim twice', pass({ payload: rawMap([...claimsWith(), [4, 1]]), signature: genuine })],
];

const vectors = (named: Named, flaw: string): Vector[] =>
  named.map(([fault, text]) => ({ name: `a pass, ${flaw}: ${fault}`, text, expected: { kind: 'pass', flaw } }));

export const FAULTY_PASSES: readonly Vector[] = [
  ...vectors([...SPELLING, ...ENVELOPE, ...HEADERS, ...CBOR, ...CLAIMS, ...FIRST_FAULT], 'malformed'),
  ...vectors(SIGNATURES, 'bad-signature'),
  ...vectors(ISSUERS, 'unknown-issuer'),
];
