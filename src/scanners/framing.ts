// From a scanner's bytes to codes: lines end at a suffix, the scanner's own prefix and AIM identifier come off, nothing else
// is touched. Pure; holds at most 4,096 bytes and a suffix however long a line is; counts every byte that it gives up.

import type { Scan } from '../admission/ports.ts';

/** A line longer than this, without its suffix, is given up. Long enough for a version 40 QR code (2,953 bytes). */
export const LINE_BYTES_MAX = 4096;

export interface FramingOptions {
  /** What ends a code, each character one byte (U+0000 to U+00FF). Absent or empty: CR, LF or CR LF. */
  readonly suffix?: string | undefined;
  /** What the scanner puts before each code, each character one byte; taken off where it is there. */
  readonly prefix?: string | undefined;
}

/** One line as a code, or the word that it was too long to be one. */
export type Framed = Pick<Scan, 'bytes' | 'symbology' | 'fault' | 'lossy'>;

/** Bytes given up since the start, by cause. */
export interface Discarded {
  /** In lines over {@link LINE_BYTES_MAX}. */
  readonly overlong: number;
  /** In lines that stopped before their suffix. */
  readonly silence: number;
  /** In lines cut by the device going away. */
  readonly unplugged: number;
  /** In reports of a HID scanner that fit no layout; absent for scanners without reports. */
  readonly malformed?: number;
}

const CR = Buffer.of(0x0d);
const LF = Buffer.of(0x0a);
const BACKSLASH = 0x5c;
const NOTHING = Buffer.alloc(0);

/** Cuts one scanner's byte stream into codes. One instance lives as long as its scanner, across replugs. */
export class Framer {
  readonly #ends: readonly Buffer[];
  readonly #prefix: Buffer;
  /** How many bytes at the end of what has come may already belong to a suffix. */
  readonly #overlap: number;
  readonly #held: Buffer;
  #heldBytes = 0;
  #discarding = false;
  readonly #discarded = { overlong: 0, silence: 0, unplugged: 0 };

  /** @throws RangeError when a suffix or prefix has a character that is no single byte. */
  constructor(options: FramingOptions = {}) {
    this.#ends = options.suffix ? [oneBytePerCharacter('suffix', options.suffix)] : [CR, LF];
    this.#prefix = oneBytePerCharacter('prefix', options.prefix ?? '');
    this.#overlap = Math.max(...this.#ends.map((end) => end.length)) - 1;
    this.#held = Buffer.allocUnsafeSlow(LINE_BYTES_MAX + this.#overlap);
  }

  /** Live counters. */
  get discarded(): Discarded {
    return this.#discarded;
  }

  /** Whether a line has begun and not ended, so that silence means something. */
  get pending(): boolean {
    return this.#heldBytes > 0 || this.#discarding;
  }

  /** Bytes kept for the next chunk, 0 to {@link LINE_BYTES_MAX} and a suffix. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Yields the codes that end in `chunk`, lazily: take them all before the next call. The codes are copies; the chunk may be
   * reused afterwards. A line is reported as overlong once, at the moment it becomes so.
   */
  *push(chunk: Uint8Array): Generator<Framed, void> {
    const searched = Math.max(0, this.#heldBytes - this.#overlap);
    const data = this.#heldBytes === 0 ? asBuffer(chunk) : Buffer.concat([this.#held.subarray(0, this.#heldBytes), chunk]);
    this.#heldBytes = 0;
    let start = 0;
    for (const { at, length } of endsIn(data, this.#ends, searched)) {
      const framed = this.#line(data.subarray(start, at));
      start = at + length;
      if (framed) yield framed;
    }
    const rest = data.subarray(start);
    if (!this.#discarding && rest.length - this.#overlap > LINE_BYTES_MAX) {
      this.#discarding = true;
      this.#hold(rest);
      yield overlong();
    } else {
      this.#hold(rest);
    }
  }

  /** Gives up the line that has begun, because nothing followed it for too long or because the device is gone. */
  drop(cause: 'silence' | 'unplugged'): void {
    this.#discarded[this.#discarding ? 'overlong' : cause] += this.#heldBytes;
    this.#heldBytes = 0;
    this.#discarding = false;
  }

  /** Ends a source that has an end: what is left is a code although no suffix follows. */
  end(): Framed | undefined {
    const rest = this.#held.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    return this.#line(rest);
  }

  #line(line: Buffer): Framed | undefined {
    if (this.#discarding) {
      this.#discarding = false;
      this.#discarded.overlong += line.length;
      return undefined;
    }
    if (line.length > LINE_BYTES_MAX) {
      this.#discarded.overlong += line.length;
      return overlong();
    }
    const code = unwrap(line, this.#prefix);
    return code.bytes.length === 0 ? undefined : code;
  }

  #hold(rest: Buffer): void {
    const kept = this.#discarding ? rest.subarray(Math.max(0, rest.length - this.#overlap)) : rest;
    this.#discarded.overlong += rest.length - kept.length;
    this.#heldBytes = kept.copy(this.#held);
  }
}

/** A code longer than {@link LINE_BYTES_MAX}. */
export function overlong(): Framed {
  return { bytes: NOTHING, fault: 'overlong' };
}

/** Where lines end in `data`. Each terminator is looked for once past every find, so the cost is linear whatever comes. */
function* endsIn(data: Buffer, ends: readonly Buffer[], from: number): Generator<{ at: number; length: number }, void> {
  const next = ends.map((bytes) => ({ bytes, at: data.indexOf(bytes, from) }));
  for (;;) {
    let first: { bytes: Buffer; at: number } | undefined;
    for (const end of next) {
      if (end.at >= 0 && (first === undefined || end.at < first.at)) first = end;
    }
    if (first === undefined) return;
    const { at, bytes } = first;
    first.at = data.indexOf(bytes, at + bytes.length);
    yield { at, length: bytes.length };
  }
}

/** Symbology identifiers of QR codes sent with the ECI protocol (ISO/IEC 18004, table of symbology identifiers). */
const ECI_SYMBOLOGIES: ReadonlySet<string> = new Set(['Q2', 'Q4', 'Q6']);

/**
 * A code whose symbology came beside it, not inside it: the ECI protocol is undone where that symbology has it, nothing else
 * is touched. The bytes are a copy.
 */
export function codeOf(code: Uint8Array, symbology: string): Framed {
  return { bytes: ECI_SYMBOLOGIES.has(symbology) ? withoutEci(asBuffer(code)) : Buffer.from(code), symbology };
}

/** A whole code with its AIM identifier, if it has one, still in front. The bytes are a copy. */
export function codeWithIdentifier(line: Uint8Array): Framed {
  return unwrap(asBuffer(line), NOTHING);
}

/** Takes off the scanner's prefix and the AIM identifier, whichever comes first on the wire: makers differ. */
function unwrap(line: Buffer, prefix: Buffer): Framed {
  let code = without(prefix, line);
  const symbology = aimIdentifier(code);
  if (symbology === undefined) return { bytes: Buffer.from(code) };
  const outer = code !== line;
  code = code.subarray(3);
  if (!outer) code = without(prefix, code);
  return codeOf(code, symbology);
}

function without(prefix: Buffer, bytes: Buffer): Buffer {
  const there =
    prefix.length > 0 && bytes.length >= prefix.length && bytes.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
  return there ? bytes.subarray(prefix.length) : bytes;
}

/** ISO/IEC 15424: `]`, a letter for the symbology, a character for its options. */
function aimIdentifier(code: Buffer): string | undefined {
  return /^\]([A-Za-z][0-9A-Za-z])/.exec(code.toString('latin1', 0, 3))?.[1];
}

/**
 * Undoes the ECI protocol (ISO/IEC 18004, transmitted data): `\` and six digits announce a character set and go, a
 * doubled `\` is one. The bytes themselves stay: what character set they are in is for whoever reads the text.
 */
function withoutEci(code: Buffer): Buffer {
  const plain = Buffer.allocUnsafe(code.length);
  let length = 0;
  for (let at = 0; at < code.length; at += 1) {
    if (code[at] === BACKSLASH) {
      if (code[at + 1] === BACKSLASH) at += 1;
      else if (/^[0-9]{6}$/.test(code.toString('latin1', at + 1, at + 7))) {
        at += 6;
        continue;
      }
    }
    plain[length] = code[at] ?? 0;
    length += 1;
  }
  return plain.subarray(0, length);
}

function oneBytePerCharacter(what: string, text: string): Buffer {
  if (!/^[\u0000-\u00ff]*$/.test(text)) {
    throw new RangeError(
      `the scanner's ${what} holds a character above U+00FF; write each byte as one character, e.g. "\\r" or "\\xff"`,
    );
  }
  return Buffer.from(text, 'latin1');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
