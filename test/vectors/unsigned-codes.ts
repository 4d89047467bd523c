// Vectors of the codes without a signature, and of texts that are none of ours. Numbers that cannot be issued, invented names.

import { concat, fromHex, fromText } from './spelling.ts';
import type { Vector } from './vector.ts';

type Expected = Vector['expected'];
const vector = (name: string, code: string | Uint8Array, expected: Expected): Vector =>
  typeof code === 'string' ? { name, text: code, expected } : { name, hex: Buffer.from(code).toString('hex'), expected };
const flawed = (kind: string, flaw: string, named: readonly (readonly [string, string | Uint8Array])[]): Vector[] =>
  named.map(([name, code]) => vector(`${kind}, ${flaw}: ${name}`, code, { kind, flaw }));

const TOKEN = '5ABCDEFGHJKMNPQRSTVWXYZ012';
const TOKENS: readonly Vector[] = [
  ...[TOKEN, '0'.repeat(26), `7${'Z'.repeat(25)}`, `3${'9'.repeat(25)}`].map((number) =>
    vector(`token ${number}`, `GT1:${number}`, {
      kind: 'token',
      identifier: number,
      holder: 'unlisted',
      label: `******${number.slice(23)}`,
      warnings: [],
    }),
  ),
  ...flawed('token', 'malformed', [
    ['nothing behind the prefix', 'GT1:'],
    ['25 characters', `GT1:${TOKEN.slice(1)}`],
    ['27 characters', `GT1:${TOKEN}0`],
    ['129 bits', `GT1:8${TOKEN.slice(1)}`],
    ['a letter first', `GT1:Z${TOKEN.slice(1)}`],
    ...['I', 'L', 'O', 'U', 'a', ' ', '-', '*', '\u0000', 'É', '０'].map(
      (put) => [`${JSON.stringify(put)} inside`, `GT1:${TOKEN.slice(0, -1)}${put}`] as const,
    ),
    ['lower case', `GT1:${TOKEN.toLowerCase()}`],
    ['a blank before', `GT1: ${TOKEN}`],
    ['a line feed at its end', `GT1:${TOKEN}\n`],
    ['a carriage return at its end', `GT1:${TOKEN}\r`],
    ['4,000 characters', `GT1:${'0'.repeat(3996)}`],
    ['__proto__', 'GT1:__proto__'],
    ['bytes that are no text', concat(fromText(`GT1:${TOKEN.slice(1)}`), fromHex('ff'))],
  ]),
];

const CARD = ['001099000001', '', 'Nguyễn Thị Mẫu', '01011999', 'Nữ', 'Số 1, Phố Giả Định, Hà Nội', '01012022'];
const card = (changes: Readonly<Record<number, string>> = {}, ...more: readonly string[]): string =>
  [...CARD.map((field, index) => changes[index] ?? field), ...more].join('|');
function soundCard(changes: Readonly<Record<number, string>> = {}, lossy = false): Expected {
  const [number = '', , name = '', born = '', sex = '', address = '', issued = ''] = CARD.map(
    (field, at) => changes[at] ?? field,
  );
  return {
    kind: 'cccd',
    identifier: number,
    holder: 'unlisted',
    label: `******${number.slice(6)}`,
    warnings: lossy ? ['lossy-text'] : [],
    details: { name, number, born, sex, address, issued },
  };
}
const latin1 = (text: string): Uint8Array => fromText(Buffer.from(text).toString('latin1'));
const lossyCard = concat(
  fromText('001099000001||Nguy'),
  fromHex('e1'),
  fromText('n|01011999|N'),
  fromHex('e1'),
  fromText('|x|01012022'),
);

const CARDS: readonly Vector[] = [
  ...[
    {},
    { 1: '012345678' },
    { 4: 'Nam' },
    { 5: '' },
    { 3: '29022000' },
    { 3: '29022024' },
    { 2: 'Lê "Tí" O\'Mẫu <b>' },
    { 5: '`$(x)` \\ ;--' },
    { 0: '001299000002' },
  ].map((changes) => vector(`cccd with ${JSON.stringify(changes)}`, card(changes), soundCard(changes))),
  vector('cccd with four further fields', card({}, 'Hà Nội', '', 'A', 'B'), soundCard()),
  vector('cccd with an empty further field', card({}, ''), soundCard()),
  vector('cccd in decomposed letters', card().normalize('NFD'), soundCard()),
  vector('cccd that was read as Latin-1', latin1(card()), soundCard()),
  vector('cccd with letters lost', lossyCard, soundCard({ 2: 'Nguy\ufffdn', 4: 'N\ufffd', 5: 'x' }, true)),
  ...flawed('cccd', 'truncated', [
    ['the number alone', '001099000001'],
    ...[1, 2, 3, 4, 5, 6].map((fields) => [`${fields} fields and a bar`, `${CARD.slice(0, fields).join('|')}|`] as const),
    ...[1, 4, 7].map((lost) => [`the last ${lost} characters lost`, card().slice(0, -lost)] as const),
    ['five fields with a dashed date', '001099000001|NGUYEN THI MAU|1999-01-01|0|Q1'],
    ['a national code cut in its date', '001099000001|NGUYEN THI MAU|1999-01'],
  ]),
  ...flawed('cccd', 'malformed', [
    ...[
      '00011999',
      '32011999',
      '29021999',
      '29021900',
      '31041999',
      '01001999',
      '01131999',
      '01010000',
      '0101199',
      '1/1/1999',
      '+1011999',
    ].map((born) => [`born ${born}`, card({ 3: born })] as const),
    ...['30022022', '010120222', 'abcdefgh'].map((issued) => [`issued ${issued}`, card({ 6: issued })] as const),
    ...['', 'N', 'nam', 'Nu', 'Nữ ', 'X', '1'].map((sex) => [`sex ${JSON.stringify(sex)}`, card({ 4: sex })] as const),
    ...['12345678', '0123456789', 'abcdefghi'].map((old) => [`old number ${old}`, card({ 1: old })] as const),
    ['no name', card({ 2: '' })],
    ['an escape sequence in the name', card({ 2: 'a\u001b[31m' })],
    ['NUL in the address', card({ 5: 'a\u0000' })],
    ['a dashed date and seven fields', '001099000001|NGUYEN THI MAU|1999-01-01|0|Q1|x|01012022'],
  ]),
];

const NATIONAL = ['001099000001', 'NGUYEN THI MAU', '1999-01-01', '0', 'Q1', '<'];
const national = (changes: Readonly<Record<number, string>> = {}): string =>
  NATIONAL.map((field, index) => changes[index] ?? field).join('|');
function soundNational(changes: Readonly<Record<number, string>>, label: string): Expected {
  const [number = '', name = '', born = ''] = NATIONAL.map((field, index) => changes[index] ?? field);
  return { kind: 'national-qr', identifier: number, holder: 'unlisted', label, warnings: [], details: { name, number, born } };
}

const NATIONALS: readonly Vector[] = [
  ...(
    [
      [{}, '******001'],
      [{ 0: '******000001', 2: '1999-**-**' }, '******001'],
      [{ 0: 'B0000001' }, '******001'],
      [{ 0: '000000001' }, '******001'],
      [{ 0: '001' }, '******'],
      [{ 3: '1' }, '******001'],
      [{ 4: '' }, '******001'],
      [{ 5: '' }, '******001'],
      [{ 5: '<1<DN4000000000001<0900000000<' }, '******001'],
      [{ 1: 'NGUYEN *** MAU' }, '******001'],
      [{ 2: '****-**-**' }, '******001'],
      [{ 2: '2000-02-29' }, '******001'],
      [{ 2: '1999-**-31' }, '******001'],
      [{ 2: '****-02-29' }, '******001'],
    ] as const
  ).map(([changes, label]) =>
    vector(`national-qr with ${JSON.stringify(changes)}`, national(changes), soundNational(changes, label)),
  ),
  ...flawed('national-qr', 'malformed', [
    ...['1999-02-29', '1999-13-01', '1999-00-01', '1999-01-32', '0000-01-01', '1999-13-**', '****-04-31', '1999-**-32'].map(
      (born) => [`born ${born}`, national({ 2: born })] as const,
    ),
    ...['', '2', 'Nam', '*', '01'].map(
      (declared) => [`declared ${JSON.stringify(declared)}`, national({ 3: declared })] as const,
    ),
    ...['', 'b0000001', '001 099', 'x'.repeat(21), '__proto__'].map(
      (number) => [`document ${JSON.stringify(number)}`, national({ 0: number })] as const,
    ),
    ['no name', national({ 1: '' })],
    ['an escape sequence in the name', national({ 1: 'A\u001b[2J' })],
    ['a line feed at its end', `${national()}\n`],
  ]),
];

const INSURANCE =
  'HS4010000000001|4e677579e1bb856e|01/01/1999|2|48c3a0204ee1bb99|01 - 001|01/01/2026|-|31/12/2026|010000000001|-|4|x|$';
const PREFIXED: readonly Vector[] = [
  ...flawed('health-insurance', 'unrecognised', [
    ['a card', INSURANCE],
    ['a card of ten digits', INSURANCE.replace('HS4010000000001', '0000000001')],
    ['a card of twelve digits', INSURANCE.replace('HS4010000000001', '001099000001')],
    ['hex in capitals', INSURANCE.toUpperCase()],
    ['two fields', 'HS4010000000001|4e|$'],
    ['a control character', INSURANCE.replace('01 - 001', '\u001b[2J')],
    ['a line feed within', INSURANCE.replace('01 - 001', '\n')],
  ]),
  ...(['GRS1:', 'GRO1:'] as const).flatMap((prefix) =>
    flawed(prefix === 'GRS1:' ? 'setup' : 'operator', 'unrecognised', [
      ['the prefix alone', prefix],
      ['anything behind it', `${prefix}ABC 123`],
      ['a pass behind it', `${prefix}VGP1:ABC`],
      ['a card behind it', `${prefix}${card()}`],
      ['an insurance card behind it', `${prefix}|4e|$`],
      ['control characters behind it', `${prefix}\u0000\u001b[2J`],
      ['bytes that are no text behind it', concat(fromText(prefix), fromHex('fffe'))],
    ]),
  ),
];

const UNKNOWN: readonly Vector[] = flawed('unknown', 'unrecognised', [
  ...[
    '',
    ' ',
    '\u0000',
    'hello',
    '__proto__',
    'constructor',
    '$',
    '|',
    '|||||',
    '||||||',
    'https://example.org/?a=001099000001',
  ].map((text) => [JSON.stringify(text), text] as const),
  ...['vgp1:', 'VGP2:', 'VGP1', ' VGP1:', '\ufeffVGP1:', 'gt1:', 'GT2:', 'hc1:', 'HC2:', 'grs1:', 'GRO2:'].map(
    (prefix) => [`prefix ${JSON.stringify(prefix)}`, `${prefix}${TOKEN}`] as const,
  ),
  ['a card with eleven digits', card({ 0: '00109900000' })],
  ['a card with thirteen digits', card({ 0: '0010990000011' })],
  ['a card behind a blank', ` ${card()}`],
  ['a card in full-width digits', card({ 0: '００１０９９０００００１' })],
  ['a card by semicolons', card().replaceAll('|', ';')],
  ['an insurance card without its end', INSURANCE.slice(0, -1)],
  ['an insurance card with a plain name', INSURANCE.replace('4e677579e1bb856e', 'Nguyen')],
  ['an insurance card with half a byte', INSURANCE.replace('4e677579e1bb856e', '4e6')],
  ['five fields with a dashed date', 'B0000001|NGUYEN THI MAU|1999-01-01|0|Q1'],
  ['seven fields with a dashed date', 'B0000001|NGUYEN THI MAU|1999-01-01|0|Q1|<|x'],
  ['six fields with another date', 'B0000001|NGUYEN THI MAU|01/01/1999|0|Q1|<'],
  ['binary noise', fromHex('00ff80c3281f8b0800')],
  ['half a letter', fromHex('e1bb')],
  ['a payment code', '00020101021138570010A00000072701270006970403'],
  ['JSON', '{"kind":"pass","flaw":null}'],
  ['an escape sequence before a card', `\u001b[2J${card()}`],
]);

export const UNSIGNED: Readonly<Record<string, readonly Vector[]>> = {
  token: TOKENS,
  cccd: CARDS,
  'national-qr': NATIONALS,
  refused: PREFIXED,
  unknown: UNKNOWN,
};
