// Vectors of the signed pass: how one is put together, and every way in which one is sound.

import { encodedNumber } from 'cbor2';
import { seeded } from './seed.ts';
import { issuer, type Signer, sigStructure } from './signers.ts';
import { base45, cbor, raw, rawMap, tagged } from './spelling.ts';
import { NOW_SECONDS, type Vector } from './vector.ts';

export const SCHOOL = issuer('school');
export const DISTRICT = issuer('district');
export const STRANGER = issuer('stranger');

const NOT_BEFORE = NOW_SECONDS - 3600;
const EXPIRES = NOW_SECONDS + 86_400;

export type Entries = readonly (readonly [unknown, unknown])[];

/** Entries replaced by key, `undefined` takes one away, new ones go to the end. */
export function changed(entries: Entries, changes: Entries): Entries {
  const kept = entries.map(([key, value]) => changes.find(([other]) => other === key) ?? ([key, value] as const));
  const added = changes.filter(([key]) => !entries.some(([other]) => other === key));
  return [...kept, ...added].filter(([, value]) => value !== undefined);
}

export const GRANT = -70_001;
const OWN: Entries = [
  [1, 'Trần Văn Mẫu'],
  [4, 1],
];
export const own = (...changes: Entries): Map<unknown, unknown> => new Map(changed(OWN, changes));

export const claimsWith = (...changes: Entries): Entries =>
  changed(
    [
      [1, 'thcs-phung-cong'],
      [4, EXPIRES],
      [5, NOT_BEFORE],
      [7, seeded('cti', 16)],
      [GRANT, own()],
    ],
    changes,
  );

export interface Parts {
  readonly signer?: Signer;
  readonly header?: Uint8Array;
  readonly unprotected?: unknown;
  readonly payload?: Uint8Array;
  /** Instead of the signature over all this. */
  readonly signature?: unknown;
}

export const headerOf = ({ kid }: Signer = SCHOOL, algorithm: unknown = -19): Uint8Array =>
  rawMap([
    [1, algorithm],
    [4, kid],
  ]);

/** The four parts of a COSE_Sign1. */
export function partsOf({ signer = SCHOOL, header = headerOf(signer), unprotected, payload, signature }: Parts = {}): unknown[] {
  const claims = payload ?? rawMap(claimsWith());
  return [header, unprotected ?? new Map(), claims, signature ?? signer.sign(sigStructure(header, claims), '')];
}

export const codeOf = (envelope: unknown): string => `VGP1:${base45(cbor(envelope))}`;
export const pass = (parts: Parts = {}): string => codeOf(tagged(18, partsOf(parts)));
export const passWith = (...changes: Entries): string => pass({ payload: rawMap(claimsWith(...changes)) });

/** What the sound pass is recognised as, with what differs. */
function sound(differs: { readonly label?: string; readonly grant?: object; readonly [key: string]: unknown } = {}) {
  const grant = { issuer: 'thcs-phung-cong', notBefore: NOT_BEFORE, expires: EXPIRES, once: false };
  return {
    kind: 'pass',
    identifierHex: Buffer.from(seeded('cti', 16)).toString('hex'),
    holder: 'visitor',
    label: 'T**n V** M**',
    warnings: [],
    details: { name: 'Trần Văn Mẫu' },
    ...differs,
    grant: { ...grant, ...differs.grant },
  };
}

const NAMES: readonly (readonly [name: string, label: string, shown?: string])[] = [
  ['Nguyễn Thị Ánh', 'N**n T** Á**'],
  ['Nguyễn Thị Ánh'.normalize('NFD'), 'N**n T** Á**', 'Nguyễn Thị Ánh'],
  ['Đỗ Bình', 'Đ** B**h'],
  ['Y', 'Y**'],
  ['An', 'A**'],
  ['Lan', 'L**'],
  ['Linh', 'L**h'],
  ['  hai   blanks  ', 'h** b**s'],
  [' ', '**'],
  ['H’Hen Niê', 'H**n N**'],
  ['Anne-Marie', 'A**e'],
  ['李小龙', '李**'],
  ['👩 👪', '👩** 👪**'],
  ['a "quoted" <b>', 'a** "**" <**'],
  ['__proto__', '_**_'],
  ['x'.repeat(40), 'x**x'],
  ['ế'.normalize('NFD').repeat(40), 'ế**ế', 'ế'.repeat(40)],
  ['😀'.repeat(40), '😀**😀'],
  ['mot\u00a0hai', 'm** h**'],
];

const SOUND: readonly (readonly [string, string, object])[] = [
  ['with nothing but what is required', pass(), sound()],
  ...['staff', 'pupil', 'contractor'].map(
    (holder, index) => [`for a ${holder}`, passWith([GRANT, own([4, index + 2])]), sound({ holder })] as const,
  ),
  ...NAMES.map(([name, label, shown]) => {
    const details = { name: shown ?? name };
    return [`named ${JSON.stringify(name)}`, passWith([GRANT, own([1, name])]), sound({ label, details })] as const;
  }),
  ...[[], ['cong-chinh'], ['a', 'b', 'c'], ['']].map((gates) => {
    return [
      `for ${gates.length} gates ${gates.join()}`,
      passWith([GRANT, own([2, gates])]),
      sound({ grant: { gates } }),
    ] as const;
  }),
  ...[true, false].map((once) => [`once ${once}`, passWith([GRANT, own([3, once])]), sound({ grant: { once } })] as const),
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((length) => {
    const cti = seeded(`cti ${length}`, length);
    const identifierHex = Buffer.from(cti).toString('hex');
    return [`with a cti of ${length} bytes`, passWith([7, cti]), sound({ identifierHex })] as const;
  }),
  ['by algorithm -8', pass({ header: headerOf(SCHOOL, -8) }), sound()],
  ['by another issuer', pass({ signer: DISTRICT }), sound()],
  [
    'with its headers in the other order',
    pass({
      header: rawMap([
        [4, SCHOOL.kid],
        [1, -19],
      ]),
    }),
    sound(),
  ],
  ['with its claims in the other order', pass({ payload: rawMap(claimsWith().toReversed()) }), sound()],
  ['with an empty issuer', passWith([1, '']), sound({ grant: { issuer: '' } })],
  ['that is over', passWith([4, NOW_SECONDS - 61]), sound({ grant: { expires: NOW_SECONDS - 61 } })],
  ['that is to come', passWith([5, NOW_SECONDS + 61]), sound({ grant: { notBefore: NOW_SECONDS + 61 } })],
  ['from second 0', passWith([5, 0]), sound({ grant: { notBefore: 0 } })],
  ['from before 1970', passWith([5, -1]), sound({ grant: { notBefore: -1 } })],
  ['until the year 10000', passWith([4, 253_402_300_800]), sound({ grant: { expires: 253_402_300_800 } })],
  ['until 2^60', passWith([4, encodedNumber(2n ** 60n, 'i64')]), sound({ grant: { expires: 2 ** 60 } })],
  ['with an unknown claim of text', passWith(['x', 'y']), sound()],
  ['with an issued-at', passWith([6, NOT_BEFORE]), sound()],
  [
    'with an unknown claim of everything',
    passWith([999, [1.5, null, true, new Map([[-1, seeded('b', 3)]]), encodedNumber(2n ** 62n, 'i64')]]),
    sound(),
  ],
  ['with an unknown claim that is a float for key 4', passWith([encodedNumber(4, 'f'), 1]), sound()],
  ['with an unknown own entry', passWith([GRANT, own([99, 'x'])]), sound()],
  ['with an unknown claim of floats in shortest form', passWith([99, [1.5, 1e-7, 65_504.5, Infinity, 2 ** -24]]), sound()],
  [
    'with maps of byte keys',
    passWith([
      99,
      new Map([
        [seeded('a', 2), 1],
        [seeded('b', 2), 2],
      ]),
    ]),
    sound(),
  ],
  ['of exactly 1,024 characters', passWith([99, seeded('x', 513)]), sound()],
  ['with lists fifteen deep', passWith([99, raw(`${'81'.repeat(14)}80`)]), sound()],
];

export const SOUND_PASSES: readonly Vector[] = SOUND.map(([name, text, expected]) => ({
  name: `a pass ${name}`,
  text,
  expected: expected as Vector['expected'],
}));
