// What each key of a keyboard scanner means, by the layout the scanner is set to type in: tables only. A new layout is one
// entry here; its word is the configuration's `layout`.

/** A key plain, with Shift, with AltGr; an absent one gives nothing. */
export type Key = readonly [plain: string, shift?: string, altGr?: string];

export interface KeyboardLayout {
  /** By usage of the keyboard page (HID Usage Tables 1.21, section 10). */
  readonly keys: ReadonlyMap<number, Key>;
  /** Keys that wait for a letter; followed by the space bar they give their own sign. */
  readonly dead: string;
}

const LETTER_A = 0x04;
const DIGIT_1 = 0x1e;
const SPACE: readonly [number, Key] = [0x2c, [' ', ' ', ' ']];

function letters(typed: string): [number, Key][] {
  return Array.from(typed, (letter, index) => [LETTER_A + index, [letter, letter.toUpperCase()]]);
}

/** The row 1 2 3 ... 0 with its shifted signs. */
function digits(shifted: string): [number, Key][] {
  return Array.from('1234567890', (digit, index) => [DIGIT_1 + index, [digit, shifted[index] ?? '']]);
}

/** Keypad / * - + and 1 2 ... 0, the last key by layout. */
function keypad(point: string): [number, Key][] {
  return [
    ...Array.from('/*-+', (sign, index): [number, Key] => [0x54 + index, [sign, sign]]),
    ...Array.from('1234567890', (digit, index): [number, Key] => [0x59 + index, [digit]]),
    [0x63, [point]],
  ];
}

const us: KeyboardLayout = {
  dead: '',
  keys: new Map<number, Key>([
    ...letters('abcdefghijklmnopqrstuvwxyz'),
    ...digits('!@#$%^&*()'),
    SPACE,
    [0x2d, ['-', '_']],
    [0x2e, ['=', '+']],
    [0x2f, ['[', '{']],
    [0x30, [']', '}']],
    [0x31, ['\\', '|']],
    [0x32, ['\\', '|']],
    [0x33, [';', ':']],
    [0x34, ["'", '"']],
    [0x35, ['`', '~']],
    [0x36, [',', '<']],
    [0x37, ['.', '>']],
    [0x38, ['/', '?']],
    [0x64, ['\\', '|']],
    ...keypad('.'),
  ]),
};

/** DIN 2137 T1. */
const de: KeyboardLayout = {
  dead: '^´`',
  keys: new Map<number, Key>([
    ...letters('abcdefghijklmnopqrstuvwxzy'),
    ...digits('!"§$%&/()='),
    SPACE,
    [0x08, ['e', 'E', '€']],
    [0x10, ['m', 'M', 'µ']],
    [0x14, ['q', 'Q', '@']],
    [0x1f, ['2', '"', '²']],
    [0x20, ['3', '§', '³']],
    [0x24, ['7', '/', '{']],
    [0x25, ['8', '(', '[']],
    [0x26, ['9', ')', ']']],
    [0x27, ['0', '=', '}']],
    [0x2d, ['ß', '?', '\\']],
    [0x2e, ['´', '`']],
    [0x2f, ['ü', 'Ü']],
    [0x30, ['+', '*', '~']],
    [0x31, ['#', "'"]],
    [0x32, ['#', "'"]],
    [0x33, ['ö', 'Ö']],
    [0x34, ['ä', 'Ä']],
    [0x35, ['^', '°']],
    [0x36, [',', ';']],
    [0x37, ['.', ':']],
    [0x38, ['-', '_']],
    [0x64, ['<', '>', '|']],
    ...keypad(','),
  ]),
};

export const KEYBOARD_LAYOUTS = { us, de } as const;
export type KeyboardLayoutName = keyof typeof KEYBOARD_LAYOUTS;
