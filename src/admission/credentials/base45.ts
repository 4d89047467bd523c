// base45 (RFC 9285): bytes as the 45 characters of a QR code's alphanumeric mode, blank included. Every text has at most one
// reading and every byte sequence one text, so that a changed character is a changed byte.
//
//   two bytes  -> three characters c d e   value = c + 45 d + 2025 e   <= 65,535
//   a last one -> two characters   c d     value = c + 45 d            <= 255
//
// A text never ends in a blank (36): as the highest digit of a group it would be above either limit.

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const NONE = 255;

const VALUES = new Uint8Array(128).fill(NONE);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

const valueAt = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? NONE;

/**
 * The bytes; `undefined` for a character outside the alphabet (lower case too), a group above its limit, or a single
 * character left over. Linear in the text's length.
 */
export function decodeBase45(text: string): Uint8Array | undefined {
  const rest = text.length % 3;
  if (rest === 1) return undefined;
  const whole = text.length - rest;
  const bytes = new Uint8Array((whole / 3) * 2 + (rest === 2 ? 1 : 0));
  let put = 0;
  for (let at = 0; at < whole; at += 3) {
    // Three constants, not one pattern: the daemon runs without optimising compilers, and this is its hottest loop.
    const c = valueAt(text, at);
    const d = valueAt(text, at + 1);
    const e = valueAt(text, at + 2);
    const value = c + d * 45 + e * 2025;
    if (c === NONE || d === NONE || e === NONE || value > 0xffff) return undefined;
    bytes[put++] = value >> 8;
    bytes[put++] = value & 0xff;
  }
  if (rest === 0) return bytes;
  const c = valueAt(text, whole);
  const d = valueAt(text, whole + 1);
  const value = c + d * 45;
  if (c === NONE || d === NONE || value > 0xff) return undefined;
  bytes[put] = value;
  return bytes;
}
