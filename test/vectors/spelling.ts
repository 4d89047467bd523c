// How vectors are spelt, without the reader's own code: base45, pieces of raw CBOR, zlib streams.

import { encode, Tag, type ToCBOR } from 'cbor2';

const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** RFC 9285 by way of numbers in base 45, lowest digit first. */
export function base45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = bytes.subarray(at, at + 2);
    let value = pair.reduce((sum, byte) => sum * 256 + byte, 0);
    for (let digit = 0; digit <= pair.length; digit++) {
      text += BASE45.charAt(value % 45);
      value = Math.floor(value / 45);
    }
  }
  return text;
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const fromText = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
export const cbor = (value: unknown): Uint8Array => encode(value);
export const tagged = (tag: number, value: unknown): Tag => new Tag(tag, value);

/** CBOR written as it stands, right or wrong, wherever a value may stand. */
export function raw(bytes: Uint8Array | string): ToCBOR {
  const written = typeof bytes === 'string' ? fromHex(bytes) : bytes;
  return {
    toCBOR(writer) {
      writer.write(written);
      return undefined;
    },
  };
}

/** A CBOR map whose keys and values stand as given, also the same key twice. */
export function rawMap(entries: readonly (readonly [unknown, unknown])[]): Uint8Array {
  if (entries.length > 23) throw new RangeError('at most 23 entries');
  return concat(Uint8Array.of(0xa0 + entries.length), ...entries.flatMap(([key, value]) => [cbor(key), cbor(value)]));
}

function adler32(bytes: Uint8Array): Uint8Array {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return Uint8Array.of(b >> 8, b & 0xff, a >> 8, a & 0xff);
}

const ZLIB_HEADER = Uint8Array.of(0x78, 0x01);

/** One stored block (RFC 1951, 3.2.4): the same bytes from every machine. */
export function zlibStored(bytes: Uint8Array): Uint8Array {
  const size = Uint8Array.of(bytes.length & 0xff, bytes.length >> 8);
  return concat(
    ZLIB_HEADER,
    Uint8Array.of(1),
    size,
    size.map((byte) => byte ^ 0xff),
    bytes,
    adler32(bytes),
  );
}

/** Zeros in one fixed-Huffman block (RFC 1951, 3.2.6): a literal and `matches` copies of 258 bytes (code 285) from one byte before (code 0). */
export function zlibZeros(matches: number): Uint8Array {
  const bits = ['1', '10', '00110000', ...Array<string>(matches).fill('1100010100000'), '0000000'].join('');
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let at = 0; at < bits.length; at++) if (bits[at] === '1') bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  return concat(ZLIB_HEADER, bytes, adler32(new Uint8Array(1 + matches * 258)));
}
