// Names of keys and buttons that a gate's push button may be given in an overlay, with the numbers the kernel reports them by.
// Source: include/uapi/linux/input-event-codes.h. A key that is not here is given by its number.

/** KEY_MAX and SW_MAX. */
export const KEY_MAX = 0x2ff;
export const SWITCH_MAX = 0x10;

const KEYS: Readonly<Record<string, number>> = {
  KEY_ESC: 1,
  ...numbered('KEY_', 1, 9, 2),
  KEY_0: 11,
  KEY_ENTER: 28,
  KEY_A: 30,
  KEY_B: 48,
  KEY_C: 46,
  KEY_D: 32,
  KEY_SPACE: 57,
  ...numbered('KEY_F', 1, 10, 59),
  KEY_F11: 87,
  KEY_F12: 88,
  KEY_UP: 103,
  KEY_LEFT: 105,
  KEY_RIGHT: 106,
  KEY_DOWN: 108,
  KEY_POWER: 116,
  KEY_STOP: 128,
  KEY_OPEN: 134,
  KEY_HELP: 138,
  KEY_PROG1: 148,
  KEY_PROG2: 149,
  KEY_BACK: 158,
  KEY_FORWARD: 159,
  KEY_EXIT: 174,
  ...numbered('KEY_F', 13, 24, 183),
  KEY_PROG3: 202,
  KEY_PROG4: 203,
  KEY_CLOSE: 206,
  KEY_CANCEL: 223,
  ...numbered('BTN_', 0, 9, 0x100),
  KEY_OK: 0x160,
  KEY_SELECT: 0x161,
  ...numbered('BTN_TRIGGER_HAPPY', 1, 40, 0x2c0),
};

/** `PREFIXfirst` to `PREFIXlast` with ascending numbers from `from`. */
function numbered(prefix: string, first: number, last: number, from: number): Readonly<Record<string, number>> {
  return Object.fromEntries(Array.from({ length: last - first + 1 }, (_, index) => [`${prefix}${first + index}`, from + index]));
}

/** The number of a key given by name or number; undefined for a name that is not in the table. */
export function keyCode(key: number | string): number | undefined {
  if (typeof key === 'number') return key;
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}

/** Every name there is, for messages and tests. */
export const KEY_NAMES: readonly string[] = Object.keys(KEYS);
