// A text as a keyboard scanner with the US layout types it, Enter at the end: key down, key up, for each character.
//
//   0 modifiers (bit 1: left Shift) | 1 reserved | 2-7 keys that are down

/** HID Usage Tables, keyboard page 0x07: a to z are 04 to 1d, 1 to 9 are 1e to 26, 0 is 27, Enter is 28. */
const KEY_A = 0x04;
const KEY_1 = 0x1e;
const KEY_0 = 0x27;
const ENTER = 0x28;
const SHIFT = 2;

/** What else codes are made of: key and whether with Shift. */
const MARKS = new Map<string, readonly [key: number, shifted: boolean]>([
  [' ', [0x2c, false]],
  ['-', [0x2d, false]],
  ['|', [0x31, true]],
  [':', [0x33, true]],
  [',', [0x36, false]],
]);

/** Characters the layout has no key for are left out, as scanners do. */
export function keyReports(text: string): Buffer[] {
  const strokes = Array.from(text).flatMap((character) => strokeOf(character) ?? []);
  return [...strokes, press(ENTER, false)].flatMap((stroke) => [stroke, Buffer.alloc(8)]);
}

function strokeOf(character: string): Buffer | undefined {
  if (/^[1-9]$/u.test(character)) return press(KEY_1 + Number(character) - 1, false);
  if (character === '0') return press(KEY_0, false);
  const letter = character.toLowerCase();
  if (/^[a-z]$/u.test(letter)) return press(KEY_A + letter.charCodeAt(0) - 'a'.charCodeAt(0), letter !== character);
  const mark = MARKS.get(character);
  return mark && press(...mark);
}

function press(key: number, shifted: boolean): Buffer {
  return Buffer.from([shifted ? SHIFT : 0, 0, key, 0, 0, 0, 0, 0]);
}
