// What no parser may do whatever it is shown: throw, take long, take a changed pass, or give a label that is not for eyes.

import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeBase45 } from '../../../src/admission/credentials/base45.ts';
import { isFlawed, KINDS, type Presented } from '../../../src/admission/credentials/credential.ts';
import { recognise } from '../../../src/admission/credentials/recognise.ts';
import { passWith } from '../../vectors/passes.ts';
import { base45, concat, fromHex, raw } from '../../vectors/spelling.ts';
import type { VectorFile } from '../../vectors/vector.ts';
import { proofOf } from './proof.ts';

const FOLDER = fileURLToPath(new URL('../../vectors/', import.meta.url));
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(FOLDER + name, 'utf8')) as VectorFile);
const texts = files.flatMap(({ vectors }) => vectors.flatMap(({ text }) => text ?? []));
const proof = proofOf({ keys: files.flatMap(({ keys }) => keys), wallMs: files[0]?.wallMs ?? 0 });
const read = (code: string | Uint8Array): Presented =>
  recognise({ bytes: typeof code === 'string' ? Buffer.from(code) : code }, proof);

const sound = files.flatMap(({ vectors }) => vectors.flatMap(({ text, expected }) => (text && !expected.flaw ? [text] : [])));
const signed = sound.filter((text) => text.startsWith('VGP1:') || text.startsWith('HC1:'));

/** What breaks a promise that everything after recognition relies on. */
function broken(presented: Presented): string | undefined {
  if (!KINDS.includes(presented.kind)) return `a kind ${presented.kind}`;
  if (isFlawed(presented)) return undefined;
  if (presented.kind === 'unknown') return 'an unknown code that somebody holds';
  if (!/^[^\p{C}]+$/u.test(presented.label)) return `a label that is not for eyes: ${JSON.stringify(presented.label)}`;
  return presented.identifier.length === 0 ? 'nobody identified' : undefined;
}

describe('recognise, whatever it is shown', () => {
  const prefix = fc.constantFrom('VGP1:', 'GT1:', 'HC1:', 'GRS1:', 'GRO1:', '001099000001|', 'HS4010000000001|', '');
  const base45Text = fc.uint8Array({ maxLength: 400 }).map(base45);
  const zipped = fc.uint8Array({ maxLength: 400 }).map((bytes) => base45(deflateSync(bytes)));
  const fields = fc.array(fc.constantFrom('', '1999-01-01', '01011999', 'Nam', '0', '4e', '$', '*', '\u0000', '\ufffd'), {
    maxLength: 9,
  });
  const rest = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    base45Text,
    zipped,
    fields.map((parts) => parts.join('|')),
  );

  test('behind every known beginning it never throws', () => {
    fc.assert(
      fc.property(prefix, rest, (start, end) => {
        expect(broken(read(start + end))).toBeUndefined();
      }),
      { numRuns: 4000 },
    );
  });

  test('as bytes behind every known beginning it never throws', () => {
    const noise = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(prefix, noise, (start, end) => {
        expect(broken(read(concat(Buffer.from(start), end)))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('as any vector with characters changed, lost or put in, it never throws', () => {
    const change = fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }));
    fc.assert(
      fc.property(fc.constantFrom(...texts), change, (text, [place, lost, put]) => {
        const at = place % (text.length + 1);
        expect(broken(read(text.slice(0, at) + put + text.slice(at + lost)))).toBeUndefined();
      }),
      { numRuns: 4000 },
    );
  });
});

describe('a signed code', () => {
  test('with any one bit of a pass changed is refused', () => {
    const code = passWith([99, 'x']);
    const bytes = decodeBase45(code.slice(5)) ?? new Uint8Array(0);
    expect(isFlawed(read(code))).toBe(false);
    expect(bytes.length).toBeGreaterThan(150);
    const taken: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      if (!isFlawed(read(`VGP1:${base45(changed)}`))) taken.push(bit);
    }
    expect(taken).toEqual([]);
  });

  test('with any one character changed is refused', () => {
    const alphabet = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');
    fc.assert(
      fc.property(fc.constantFrom(...signed), fc.nat(), fc.constantFrom(...alphabet), (text, place, put) => {
        const at = place % text.length;
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        // Of a zlib stream the level in its header may change without changing what is in it, and without being signed.
        if (changed === text || (text.startsWith('HC1:') && at < 8)) return;
        expect(isFlawed(read(changed))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('cut anywhere, or with anything behind it, is refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...signed),
        fc.nat(),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
        (text, place, more) => {
          expect(isFlawed(read(text.slice(0, place % text.length)))).toBe(true);
          expect(isFlawed(read(text + more))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('of two passes, no halves make a third', () => {
    const passes = signed.filter((text) => text.startsWith('VGP1:'));
    fc.assert(
      fc.property(fc.constantFrom(...passes), fc.constantFrom(...passes), fc.nat(), (one, other, place) => {
        const at = 5 + (place % (one.length - 5));
        const mixed = one.slice(0, at) + other.slice(at);
        expect(isFlawed(read(mixed))).toBe(mixed !== one && mixed !== other);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the worst that fits a scan', () => {
  const inflated = (...parts: readonly Uint8Array[]): string => `HC1:${base45(deflateSync(concat(...parts), { level: 9 }))}`;
  const filled = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);

  test.each([
    ['the highest characters', `VGP1:${':'.repeat(1019)}`],
    ['a card of bars', `001099000001${'|'.repeat(4080)}`],
    ['an insurance card of one field', `HS4010000000001|${'4'.repeat(4078)}$`],
    ['an insurance card of dollars', `HS4010000000001|4e|${'$'.repeat(4070)}\n`],
    ['lists in lists', `VGP1:${base45(filled(0x81, 670))}`],
    ['64 KB of lists in lists', inflated(filled(0x81, 65_000))],
    ['64 KB of endless lists', inflated(filled(0x9f, 65_000))],
    ['64 KB of zeros in a list', inflated(fromHex('d29a0000fde8'), filled(0, 65_000))],
    ['21,000 maps in a list', inflated(fromHex('d2995208'), Buffer.from('a10000'.repeat(21_000), 'hex'))],
    ['2 MB of zeros', inflated(filled(0, 2_000_000))],
    ['combining marks', `001099000001||${'\u0301\u0323'.repeat(1010)}|01011999|Nữ||01012022`],
  ])('is refused within a second: %s', (_, text) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4200);
    const before = process.cpuUsage();
    expect(broken(read(text))).toBeUndefined();
    // Its own time: a busy machine may hold it up for longer.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });

  test('no key is asked for before the layout is sound', () => {
    let asked = 0;
    const counting = { ...proof, trust: { ...proof.trust, checkIssuer: () => (asked++, 'unknown-key' as const) } };
    const [faulty, whole] = [passWith([99, raw('1800')]), passWith([4, 'never'])];
    expect(recognise({ bytes: Buffer.from(faulty) }, counting)).toEqual({ kind: 'pass', flaw: 'malformed' });
    expect(asked).toBe(0);
    expect(recognise({ bytes: Buffer.from(whole) }, counting)).toEqual({ kind: 'pass', flaw: 'unknown-issuer' });
    expect(asked).toBe(1);
  });
});
