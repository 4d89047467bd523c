// Framing by its properties: cuts do not matter, memory and time are bounded, every byte is accounted for.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Framed, Framer, LINE_BYTES_MAX } from '../../src/scanners/framing.ts';

const SUFFIXES = [undefined, '\r', '\r\n', '\x03\x03\r'];

/** Bytes that make suffixes, half suffixes, escapes and lines around the limit likely. */
const streams = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('\r', '\n', '\r\n', '\x03', '\x03\x03\r', ']Q1', ']Q2', '\\', '\\000026', 'ễ', ' ', 'a'),
      },
      {
        weight: 1,
        arbitrary: fc.integer({ min: LINE_BYTES_MAX - 2, max: LINE_BYTES_MAX + 5 }).map((length) => 'x'.repeat(length)),
      },
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join('')));
const cuts = fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 30 });

function chunksOf(bytes: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...at.filter((edge) => edge <= bytes.length).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

function frame(framer: Framer, chunks: readonly Buffer[]): Framed[] {
  const framed = chunks.flatMap((chunk) => [...framer.push(chunk)]);
  const last = framer.end();
  return last ? [...framed, last] : framed;
}

test.each(SUFFIXES)('Framer gives the same codes and counts however the bytes are cut (suffix %j)', (suffix) => {
  fc.assert(
    fc.property(streams, cuts, (bytes, at) => {
      const [whole, cut] = [new Framer({ suffix }), new Framer({ suffix })];
      expect(frame(cut, chunksOf(bytes, at))).toEqual(frame(whole, [bytes]));
      expect(cut.discarded).toEqual(whole.discarded);
    }),
    { numRuns: 150 },
  );
});

test.each(SUFFIXES)('Framer never holds more than a line and a suffix (suffix %j)', (suffix) => {
  fc.assert(
    fc.property(streams, cuts, (bytes, at) => {
      const framer = new Framer({ suffix });
      for (const chunk of chunksOf(bytes, at)) {
        for (const { bytes: code } of framer.push(chunk)) expect(code.length).toBeLessThanOrEqual(LINE_BYTES_MAX);
        expect(framer.heldBytes).toBeLessThan(LINE_BYTES_MAX + (suffix?.length ?? 1));
      }
    }),
    { numRuns: 100 },
  );
});

test('Framer accounts for every byte: codes, line ends and discarded ones add up', () => {
  // Line ends and what a code may lose (AIM identifiers, escapes) are kept out, so that the sum is exact.
  const plain = fc
    .array(
      fc.oneof(
        fc.constantFrom('\r', 'a', 'ễ'),
        fc.integer({ min: 4_000, max: 4_200 }).map((n) => 'x'.repeat(n)),
      ),
    )
    .map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(plain, cuts, (bytes, at) => {
      const framer = new Framer();
      const codes = chunksOf(bytes, at).flatMap((chunk) => [...framer.push(chunk)]);
      framer.drop('unplugged');
      const { overlong, silence, unplugged } = framer.discarded;
      const ends = bytes.filter((byte) => byte === 0x0d).length;
      expect(codes.reduce((sum, code) => sum + code.bytes.length, 0) + overlong + silence + unplugged + ends).toBe(bytes.length);
    }),
  );
});

test('Framer says overlong when the limit is crossed, not when the line ends at last', () => {
  const framer = new Framer();
  expect([...framer.push(Buffer.alloc(LINE_BYTES_MAX, 'x'))]).toEqual([]);
  expect([...framer.push(Buffer.from('x'))]).toEqual([{ bytes: Buffer.alloc(0), fault: 'overlong' }]);
  expect([...framer.push(Buffer.alloc(1_000_000, 'x'))]).toEqual([]);
  expect([...framer.push(Buffer.from('x\rgood\r'))]).toEqual([{ bytes: Buffer.from('good') }]);
  expect(framer.discarded).toEqual({ overlong: LINE_BYTES_MAX + 1_000_002, silence: 0, unplugged: 0 });
});

test('Framer.drop gives up a partial line and counts it by cause; the next line is whole', () => {
  const framer = new Framer();
  expect([...framer.push(Buffer.from('0010'))]).toEqual([]);
  expect(framer.pending).toBe(true);
  framer.drop('silence');
  expect(framer.pending).toBe(false);
  expect([...framer.push(Buffer.from('good\rab'))]).toEqual([{ bytes: Buffer.from('good') }]);
  framer.drop('unplugged');
  expect(framer.discarded).toEqual({ overlong: 0, silence: 4, unplugged: 2 });
});

test('Framer.drop also ends an overlong line, so that silence brings the scanner back without a suffix', () => {
  const framer = new Framer();
  expect([...framer.push(Buffer.alloc(5_000, 'x'))]).toHaveLength(1);
  framer.drop('silence');
  expect([...framer.push(Buffer.from('good\r'))]).toEqual([{ bytes: Buffer.from('good') }]);
  expect(framer.discarded).toEqual({ overlong: 5_000, silence: 0, unplugged: 0 });
});

test('Framer yields codes of their own: a reused chunk does not change them', () => {
  const framer = new Framer();
  const chunk = Buffer.from('first\r');
  const [code] = framer.push(chunk);
  chunk.fill('z');
  expect(code).toEqual({ bytes: Buffer.from('first') });
});

test('Framer refuses a suffix or prefix that is no byte sequence, and takes an empty suffix as none', () => {
  expect(() => new Framer({ suffix: '→' })).toThrow(RangeError);
  expect(() => new Framer({ prefix: 'ễ' })).toThrow(/prefix/);
  expect([...new Framer({ suffix: '' }).push(Buffer.from('a\r'))]).toEqual([{ bytes: Buffer.from('a') }]);
  expect([...new Framer({ suffix: '\xff' }).push(Buffer.of(0x61, 0xff))]).toEqual([{ bytes: Buffer.from('a') }]);
});
