// Bytes of a code -> text, decoded once over all bytes; what a scanner garbled is repaired once or marked lossy.
//
//   valid UTF-8                         -> as it is
//   UTF-8 read as Latin-1/Windows-1252
//   and encoded again ("Nguyá»…n")      -> undone once; where bytes were lost on that way, undone and marked lossy
//   anything else                       -> U+FFFD for what is lost, marked lossy; ASCII stays certain

import type { CodeText } from './credential.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Windows-1252's characters for bytes 0x80..0x9F (WHATWG Encoding, index windows-1252); the gaps hold C1 controls. */
const WINDOWS_1252 = new Map<number, number>(
  Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ', (character, index) => [
    character.codePointAt(0) ?? 0,
    0x80 + index,
  ]),
);

function decodeStrict(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes a Latin-1 or Windows-1252 reader must have seen to show this text; undefined where no byte shows so. */
function singleBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const byte = unit <= 0xff ? unit : WINDOWS_1252.get(unit);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

const NON_ASCII = /[^\u0000-\u007f]/;
/** A letter that took more than one byte: what a text of single bytes shows only if it was UTF-8 before. */
const MULTIBYTE = /[^\u0000-\u007f\ufffd]/;

/** Decodes a code's bytes; never throws. Text is as delivered: normalisation (NFC) is the format's own matter. */
export function decodeCode(bytes: Uint8Array): CodeText {
  const text = decodeStrict(bytes);
  if (text === undefined) return { text: lenient.decode(bytes), lossy: true };
  if (!NON_ASCII.test(text)) return { text, lossy: false };
  const garbled = singleBytes(text);
  if (!garbled) return { text, lossy: text.includes('\ufffd') };
  const repaired = decodeStrict(garbled);
  if (repaired !== undefined) return { text: repaired, lossy: repaired.includes('\ufffd') };
  // Bytes that Windows-1252 has no character for (of Đ, ề, ờ ...) were dropped or became "?": the rest still shows what it was.
  const remains = lenient.decode(garbled);
  return MULTIBYTE.test(remains) ? { text: remains, lossy: true } : { text, lossy: false };
}
