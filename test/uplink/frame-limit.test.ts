// What passes, what is skipped and what ends a connection, however the stream is cut.
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { FrameLimit, type Piece } from '../../src/uplink/frame-limit.ts';
import { packetOf, publishPacket } from './packets.ts';

const BOUNDS = { publishBytes: 1000, otherBytes: 100, underWayBytes: 400 };

/** What becomes of a stream that comes in chunks: all that passed, and the rest in words, in order. */
function through(chunks: Iterable<Buffer>): { passed: Buffer; told: string[] } {
  const limit = new FrameLimit(BOUNDS);
  const passed: Buffer[] = [];
  const told: string[] = [];
  for (const chunk of chunks) {
    for (const piece of limit.take(chunk)) {
      if (piece.kind === 'pass') passed.push(piece.bytes);
      else if (piece.kind !== 'under-way') told.push(wordsOf(piece));
      if (piece.kind === 'broken') return { passed: Buffer.concat(passed), told };
    }
  }
  return { passed: Buffer.concat(passed), told };
}

function wordsOf(piece: Piece): string {
  if (piece.kind === 'skipping') return `skipping ${piece.topic}`;
  if (piece.kind === 'skipped') return `skipped ${piece.id ?? '-'}`;
  return piece.kind === 'broken' ? `broken 0x${piece.reason.toString(16)}` : piece.kind;
}

function* cut(stream: Buffer, step: number): Iterable<Buffer> {
  for (let at = 0; at < stream.length; at += step) yield stream.subarray(at, at + step);
}

const SMALL = publishPacket('a/b', Buffer.from('small'), 9);
const PING = packetOf(0xd0);
const LARGE_0 = publishPacket('lists/v1/demo/roster', Buffer.alloc(1200, 0x32));
const LARGE_1 = publishPacket('lists/v1/démo/keys', Buffer.alloc(1200, 0x32), 0x1234);
const MIXED = Buffer.concat([PING, SMALL, LARGE_0, LARGE_1, SMALL, PING, LARGE_1, PING]);
const KEPT = Buffer.concat([PING, SMALL, SMALL, PING, PING]);
const TOLD_1 = ['skipping lists/v1/démo/keys', 'skipped 4660'];
const TOLD = ['skipping lists/v1/demo/roster', 'skipped -', ...TOLD_1, ...TOLD_1];

describe('FrameLimit', () => {
  test('skips what is too large and nothing else, cut in two at every position', () => {
    for (let at = 0; at <= MIXED.length; at += 1) {
      const { passed, told } = through([MIXED.subarray(0, at), MIXED.subarray(at)]);
      expect(told).toEqual(TOLD);
      expect(passed.equals(KEPT)).toBe(true);
    }
  });

  test('does so in chunks of every size from a single byte', () => {
    for (let step = 1; step <= 64; step += 1) {
      const { passed, told } = through(cut(MIXED, step));
      expect(told).toEqual(TOLD);
      expect(passed.equals(KEPT)).toBe(true);
    }
  });

  test.each([
    [0x34, 'broken 0x82'],
    [0x36, 'broken 0x81'],
  ])('ends at a PUBLISH with more than QoS 1, however small: 0x%s', (first, told) => {
    const packet = Buffer.concat([Buffer.of(first), SMALL.subarray(1)]);
    expect(through([Buffer.concat([PING, packet])])).toEqual({ passed: PING, told: [told] });
  });

  test('lets through whatever is within the limits, byte for byte', () => {
    const packet = fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map((size) => packetOf(0x30, Buffer.alloc(size, 0xff))),
      fc.integer({ min: 0, max: 100 }).map((size) => packetOf(0x40, Buffer.alloc(size, 0xff))),
    );
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 64 }), (packets, step) => {
        const stream = Buffer.concat(packets);
        const { passed, told } = through(cut(stream, step));
        expect(told).toEqual([]);
        expect(passed.equals(stream)).toBe(true);
      }),
    );
  });

  test('passes views of the chunk, not copies', () => {
    const [piece] = new FrameLimit(BOUNDS).take(SMALL);
    expect(piece?.kind === 'pass' && piece.bytes.buffer === SMALL.buffer && piece.bytes.length === SMALL.length).toBe(true);
  });

  test('tells the topic before the body is there, and that more comes only with enough of it', () => {
    const limit = new FrameLimit(BOUNDS);
    expect(limit.take(LARGE_1.subarray(0, 60))).toEqual([{ kind: 'skipping', topic: 'lists/v1/démo/keys' }]);
    expect(limit.take(LARGE_1.subarray(60, 350))).toEqual([]);
    expect(limit.take(LARGE_1.subarray(350, 500))).toEqual([{ kind: 'under-way' }]);
    expect(limit.take(LARGE_1.subarray(500, 600))).toEqual([]);
  });

  test('tells that more comes of a long one that passes, too', () => {
    const pieces = new FrameLimit(BOUNDS).take(packetOf(0x30, Buffer.alloc(900)));
    expect(pieces.map(({ kind }) => kind)).toEqual(['under-way', 'pass']);
  });

  test('keeps no more of a topic than 256 bytes, and finds the packet id behind it', () => {
    const packet = publishPacket('x'.repeat(60_000), Buffer.alloc(0), 7);
    expect(through([packet, PING])).toEqual({ passed: PING, told: [`skipping ${'x'.repeat(256)}`, 'skipped 7'] });
  });

  test.each<[string, Buffer, string]>([
    ['an acknowledgement above its bound', packetOf(0x40, Buffer.alloc(101)), 'broken 0x95'],
    ['256 MB of what is no message, at its header', Buffer.of(0x20, 0xff, 0xff, 0xff, 0x7f), 'broken 0x95'],
    ['a length of five bytes', Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff), 'broken 0x81'],
    ['QoS 2, which nobody asked for', Buffer.of(0x34, 0xff, 0x7f), 'broken 0x82'],
    ['an empty topic', publishPacket('', Buffer.alloc(1200)), 'broken 0x82'],
    ['packet id 0', publishPacket('a', Buffer.alloc(1200), 0), 'broken 0x82'],
    ['a topic longer than the message', packetOf(0x30, Buffer.alloc(1200, 0xff)), 'broken 0x81'],
  ])('ends the connection for %s; what came before it passes', (_what, packet, expected) => {
    for (const step of [1, 7, 2000]) {
      expect(through(cut(Buffer.concat([SMALL, packet, SMALL]), step))).toEqual({ passed: SMALL, told: [expected] });
    }
  });
});
