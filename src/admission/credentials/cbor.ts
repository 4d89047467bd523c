// CBOR (RFC 8949) of signed codes, decoded by cborg, with what cborg lets pass refused here. Never throws; depth, time and
// memory are bounded by the input.
//
//   strict    one reading, one spelling: shortest forms (floats too), definite lengths, valid UTF-8, no key twice, no tag
//             that was not asked for, nothing after the end
//   foreign   as issuers abroad encode: longer forms, indefinite lists and maps, and tags inside are read; the rest is refused

import { decode, Tagged, Token, Tokenizer, Type } from 'cborg';

export type Dialect = 'strict' | 'foreign';

/** A floating-point number, so that it is never taken for the integer of the same value. */
export class Real {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const DEPTH_MAX = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Refused extends Error {}

/** A list, map or tag that is being read. */
interface Open {
  /** Items still to come; Infinity where a break ends it. */
  left: number;
  /** A map whose value for the last key is still to come: no break may stand there. */
  awaited: boolean;
  readonly isMap: boolean;
}

const bits = new DataView(new ArrayBuffer(4));

/** Whether a number that fits four bytes fits two (binary16: 10 bits of fraction, exponents -14..15, subnormals to -24). */
function fitsHalf(value: number): boolean {
  bits.setFloat32(0, value);
  const exponent = ((bits.getUint32(0) >>> 23) & 0xff) - 127;
  const fraction = bits.getUint32(0) & 0x7f_ffff;
  if (exponent === -127) return fraction === 0;
  if (exponent === 128 || (exponent >= -14 && exponent <= 15)) return (fraction & 0x1fff) === 0;
  return exponent >= -24 && exponent < -14 && (fraction & ((1 << (13 - 14 - exponent)) - 1)) === 0;
}

function shortestFloat(value: number, length: number): boolean {
  if (length === 3) return true;
  return length === 5 ? !fitsHalf(value) : !Object.is(Math.fround(value), value);
}

/** cborg's tokens, each looked at before it is built in. */
class Reader extends Tokenizer {
  readonly #dialect: Dialect;
  /** The innermost last. */
  readonly #open: Open[] = [];

  constructor(bytes: Uint8Array, options: ConstructorParameters<typeof Tokenizer>[1], dialect: Dialect) {
    super(bytes, options);
    this.#dialect = dialect;
  }

  override next(): Token {
    const token = super.next();
    const inside = this.#open.length > 0;
    this.#place(token);
    if (token.type === Type.string) return new Token(Type.string, utf8.decode(token.byteValue), token.encodedLength);
    if (token.type === Type.float) return this.#real(token);
    // A tagged value becomes a list of one: it can be skipped with what is not ours, and is taken for nothing that is.
    if (token.type === Type.tag && inside && this.#dialect === 'foreign') return new Token(Type.array, 1, token.encodedLength);
    return token;
  }

  #real(token: Token): Token {
    const value = Number(token.value);
    if (this.#dialect === 'strict' && !shortestFloat(value, token.encodedLength ?? 0)) throw new Refused('a long float');
    return new Token(Type.float, new Real(value), token.encodedLength);
  }

  #place({ type, value }: Token): void {
    const last = this.#open.at(-1);
    if (type === Type.break) {
      // cborg takes a break for the value of a key.
      if (last?.left !== Infinity || last.awaited) throw new Refused('a break in the wrong place');
      this.#open.pop();
    } else if (last !== undefined) {
      last.left -= 1;
      last.awaited = last.isMap && !last.awaited;
    }
    if (type === Type.array) this.#open.push({ left: Number(value), awaited: false, isMap: false });
    else if (type === Type.map) this.#open.push({ left: Number(value) * 2, awaited: false, isMap: true });
    else if (type === Type.tag) this.#open.push({ left: 1, awaited: false, isMap: false });
    if (this.#open.length > DEPTH_MAX) throw new Refused('too deep');
    while (this.#open.at(-1)?.left === 0) this.#open.pop();
  }
}

/** cborg compares keys as a Map does: it misses byte strings and floats, which are objects here. */
function keysDiffer(value: unknown): boolean {
  if (value instanceof Tagged) return keysDiffer(value.value);
  if (Array.isArray(value)) return value.every(keysDiffer);
  if (!(value instanceof Map)) return true;
  const seen = new Set<string>();
  for (const [key, held] of value as Map<unknown, unknown>) {
    if (!keysDiffer(held)) return false;
    if (typeof key !== 'object' || key === null) continue;
    // Lists and maps as keys are nobody's claims; they are not worth a comparison.
    if (!(key instanceof Uint8Array) && !(key instanceof Real)) return false;
    const spelt = key instanceof Real ? `float ${key.value}` : `bytes ${key.join()}`;
    if (seen.has(spelt)) return false;
    seen.add(spelt);
  }
  return true;
}

/**
 * The one value that the bytes hold: maps as Map, floats as Real, large integers as bigint, and under `tag`, where it is given,
 * a Tagged. `undefined` where the dialect refuses them.
 */
export function decodeCbor(bytes: Uint8Array, dialect: Dialect, tag?: number): unknown {
  const strict = dialect === 'strict';
  const options = {
    strict,
    allowBigInt: true,
    allowIndefinite: !strict,
    useMaps: true,
    rejectDuplicateMapKeys: true,
    retainStringBytes: true,
    ...(tag === undefined ? {} : { tags: Tagged.preserve(tag) }),
  };
  try {
    const value: unknown = decode(bytes, { ...options, tokenizer: new Reader(bytes, options, dialect) });
    return keysDiffer(value) ? value : undefined;
  } catch {
    // Every refusal of cborg is an exception; which one makes no difference to a gate.
    return undefined;
  }
}
