// What an independent implementation (cbor2) says of CBOR: the bytes that a value is written in, and the value that bytes hold.

import { decode, encode, encodedNumber, Tag } from 'cbor2';
import { Tagged } from 'cborg';
import { Real } from '../../src/admission/credentials/cbor.ts';

/** The decoder's own kinds of values as cbor2's. */
function foreign(value: unknown): unknown {
  if (value instanceof Real) return encodedNumber(value.value, 'f');
  if (value instanceof Tagged) return new Tag(value.tag, foreign(value.value));
  // A Buffer would be written as what its toJSON says.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(foreign);
  if (value instanceof Map)
    return new Map(Array.from(value as Map<unknown, unknown>, ([key, held]) => [foreign(key), foreign(held)]));
  return value;
}

/** The one spelling of what the strict dialect decoded, in the order in which it was read. */
const spelled = (value: unknown): Buffer => Buffer.from(encode(foreign(value)));

/** Whether these bytes are that spelling; of what is no number there are several, which neither library tells apart. */
export const isSpelling = (bytes: Uint8Array, value: unknown): boolean =>
  spelled(value).equals(bytes) || spelled(value).includes(Buffer.of(0xf9, 0x7e, 0));

/** Numbers and texts as objects, or 1 and 1.0 would be one key. */
const read = (bytes: Uint8Array): unknown =>
  decode(bytes, { preferMap: true, boxed: true, tags: new Map(), ignoreGlobalTags: true });

/** A value as text: maps as their pairs, and neither tags nor the difference between 1 and 1.0, which not both libraries keep. */
function told(value: unknown): string {
  if (value instanceof Real) return told(value.value);
  if (value instanceof Tagged) return `[${told(value.value)}]`;
  if (value instanceof Tag) return `[${told(value.contents)}]`;
  if (Array.isArray(value)) return `[${value.map(told).join()}]`;
  if (value instanceof Map) {
    return `{${Array.from(value as Map<unknown, unknown>, ([key, held]) => `${told(key)}:${told(held)}`).join()}}`;
  }
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`;
  const plain: unknown = value instanceof Object ? value.valueOf() : value;
  return typeof plain === 'string' ? JSON.stringify(plain) : String(typeof plain === 'bigint' ? Number(plain) : plain);
}

/** Whether cbor2 reads the same out of the bytes; undefined where it reads nothing. */
export function agrees(bytes: Uint8Array, value: unknown): boolean | undefined {
  let other: unknown;
  try {
    other = read(bytes);
  } catch {
    return undefined;
  }
  return told(other) === told(value);
}

/** Whether a map, as cbor2 reads it, says this under this number, be it an integer or a float that looks like one. */
export function says(bytes: Uint8Array, key: number, held: unknown): boolean {
  const value = read(bytes);
  const map = value instanceof Tag ? value.contents : value;
  const wanted = `${key}:${told(held)}`;
  return map instanceof Map && Array.from(map as Map<unknown, unknown>, (pair) => pair.map(told).join(':')).includes(wanted);
}
