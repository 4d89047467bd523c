// From what keys are down to the characters typed: the part of a keyboard driver that a scanner needs. Pure. A key counts when
// it goes down and not while it is held; what is no character is left out, never guessed.

import type { KeyboardLayout } from './hid-keyboard-layouts.ts';

/** `end`: Enter, keypad Enter or Tab. Otherwise the text, empty where the key has none. */
export type Typed = { readonly what: 'end' } | { readonly what: 'text'; readonly text: string };

const ENDS: ReadonlySet<number> = new Set([0x28, 0x58, 0x2b]);
const CAPS_LOCK = 0x39;
const KEYPAD_1 = 0x59;
const KEYPAD_0 = 0x62;
/** Keys that type nothing and say nothing about the code: the lock keys and the modifiers themselves. */
const SILENT: ReadonlySet<number> = new Set([CAPS_LOCK, 0x47, 0x53, 0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7]);
const MODIFIER = { control: [0xe0, 0xe4], shift: [0xe1, 0xe5], alt: [0xe2], altGr: [0xe6], gui: [0xe3, 0xe7] } as const;
const END: Typed = { what: 'end' };
const ALT_DIGITS_MAX = 6;

/** One keyboard: remembers Caps Lock and the keys that are down, as a computer would. */
export class Typing {
  readonly #layout: KeyboardLayout;
  #down: ReadonlySet<number> = new Set();
  #capsLock = false;
  /** Digits of an ALT sequence so far; undefined outside one. */
  #altDigits: string | undefined;
  #deadKey = false;

  constructor(layout: KeyboardLayout) {
    this.#layout = layout;
  }

  /** What was typed by the change from the report before to this one, in order. */
  change(keys: readonly number[]): readonly Typed[] {
    const before = this.#down;
    this.#down = new Set(keys);
    const typed: Typed[] = [];
    if (this.#altDigits !== undefined && !this.#holds(MODIFIER.alt)) typed.push(...this.#endAlt());
    for (const key of keys) {
      if (before.has(key)) continue;
      const each = this.#press(key);
      if (each !== undefined) typed.push(each);
    }
    return typed;
  }

  #press(key: number): Typed | undefined {
    if (key === CAPS_LOCK) this.#capsLock = !this.#capsLock;
    if (SILENT.has(key)) return undefined;
    if (this.#holds(MODIFIER.alt) && key >= KEYPAD_1 && key <= KEYPAD_0) {
      this.#altDigits = `${this.#altDigits ?? ''}${(key - KEYPAD_1 + 1) % 10}`.slice(0, ALT_DIGITS_MAX);
      return undefined;
    }
    if (this.#holds(MODIFIER.control) && !this.#holds(MODIFIER.alt)) return this.#control(key);
    if (ENDS.has(key)) return END;
    if (this.#holds(MODIFIER.alt) || this.#holds(MODIFIER.gui)) return text('');
    return this.#character(key);
  }

  #character(key: number): Typed | undefined {
    const signs = this.#layout.keys.get(key);
    const plain = signs?.[0] ?? '';
    // Caps Lock is for letters: on a layout's other keys it does nothing.
    const isLetter = signs?.[1] !== plain && signs?.[1] === plain.toUpperCase();
    const capital = this.#holds(MODIFIER.shift) !== (this.#capsLock && isLetter);
    const sign = (this.#holds(MODIFIER.altGr) ? signs?.[2] : signs?.[capital ? 1 : 0]) ?? '';
    const afterDead = this.#deadKey;
    this.#deadKey = sign !== '' && this.#layout.dead.includes(sign);
    if (sign === '') return text('');
    return afterDead && sign === ' ' ? undefined : text(sign);
  }

  /** Control with a letter or sign is the control character, as in FNC1's group separator (Control and `]`). */
  #control(key: number): Typed {
    const sign = this.#layout.keys.get(key)?.[0]?.toUpperCase() ?? '';
    if (!/^[@-_]$/.test(sign)) return text('');
    const character = String.fromCharCode(sign.charCodeAt(0) & 0x1f);
    return character === '\r' || character === '\n' ? END : text(character);
  }

  /**
   * ALT, digits of the keypad, ALT released: the character of that number. Up to 126 all tables agree (ASCII); above, the
   * scanner's table is unknown (OEM code page, Windows-1252, Unicode): the digits are kept.
   */
  #endAlt(): readonly Typed[] {
    const digits = this.#altDigits ?? '';
    this.#altDigits = undefined;
    const code = Number(digits);
    if (code === 13 || code === 10 || code === 9) return [END];
    return [text(code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : digits)];
  }

  #holds(keys: readonly number[]): boolean {
    return keys.some((key) => this.#down.has(key));
  }
}

function text(characters: string): Typed {
  return { what: 'text', text: characters };
}
