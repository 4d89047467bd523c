// What an input device of the kernel (/dev/input/eventN) is asked and what it tells, as bytes. Sources: include/uapi/linux/input.h
// and input-event-codes.h. 64-bit machines, little-endian.
//
//   input_event 24: 0 i64 seconds | 8 i64 microseconds | 16 u16 type | 18 u16 code | 20 i32 value
//     type 0 EV_SYN: code 0 SYN_REPORT ends what happened at one moment; code 3 SYN_DROPPED: the buffer ran over, what comes up to
//       the next SYN_REPORT is not whole and the state has to be asked for
//     type 1 EV_KEY, 5 EV_SW: code which one, value 0 up, 1 down, 2 a key that repeats while it is down
//
//   Bitmaps, in the answers of EVIOCGKEY and EVIOCGSW: bit n of byte n / 8.
//   class/input/eventN/device/capabilities/key and sw in sysfs: 64-bit words in hexadecimal, the highest first, separated by blanks.

import { KEY_MAX, SWITCH_MAX } from '../system/key-codes.ts';

/** A key (EV_KEY) or a switch (EV_SW), by its number. */
export interface Control {
  readonly type: 'key' | 'switch';
  readonly code: number;
}

const KEY_BYTES = Math.ceil((KEY_MAX + 1) / 8);
const SWITCH_BYTES = Math.ceil((SWITCH_MAX + 1) / 8);

/** `_IOR`/`_IOW` of type 'E': direction << 30 | size << 16 | 0x45 << 8 | number. */
export const EVIOC = {
  /** The keys that are down. The kernel forgets what it had waiting of keys: the answer is newer. */
  getKeys: { request: 0x8000_4518 + KEY_BYTES * 0x1_0000, bytes: KEY_BYTES },
  getSwitches: { request: 0x8000_451b + SWITCH_BYTES * 0x1_0000, bytes: SWITCH_BYTES },
  /** Nobody else hears of the device, above all no console; any argument that is not null. */
  grab: 0x4004_4590,
  /** u32: the clock that stamps the events. */
  setClock: 0x4004_45a0,
} as const;

/** What `setClock` takes for the clock that counts from the machine's start. */
export const CLOCK_MONOTONIC = 1;

export const EVENT_BYTES = 24;

const [EV_SYN, EV_KEY, EV_SW] = [0, 1, 5];
const [SYN_REPORT, SYN_DROPPED] = [0, 3];
const REPEATED = 2;

export type InputEvent =
  | { readonly what: 'report' | 'dropped' }
  /** By the clock that was set. */
  | { readonly what: 'change'; readonly control: Control; readonly active: boolean; readonly stampMs: number };

/** The whole input_event structures in `bytes`, in order, without repetitions and without what is no key or switch. */
export function readInputEvents(bytes: Uint8Array): InputEvent[] {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / EVENT_BYTES) }, (_, index) => index * EVENT_BYTES).flatMap(
    (at): InputEvent[] => {
      const [type, code, value] = [words.getUint16(at + 16, true), words.getUint16(at + 18, true), words.getInt32(at + 20, true)];
      if (type === EV_SYN && code === SYN_REPORT) return [{ what: 'report' }];
      if (type === EV_SYN && code === SYN_DROPPED) return [{ what: 'dropped' }];
      if ((type !== EV_KEY && type !== EV_SW) || value === REPEATED) return [];
      const stampMs = Number(words.getBigInt64(at, true)) * 1e3 + Number(words.getBigInt64(at + 8, true)) / 1e3;
      return [{ what: 'change', control: { type: type === EV_KEY ? 'key' : 'switch', code }, active: value !== 0, stampMs }];
    },
  );
}

/** Whether bit `code` of an ioctl's answer is set. */
export function bitOf(bytes: Uint8Array, code: number): boolean {
  return (((bytes[code >> 3] ?? 0) >> (code & 7)) & 1) === 1;
}

/** Whether bit `code` of a sysfs capability is set. */
export function capable(words: string, code: number): boolean {
  const word =
    words
      .trim()
      .split(/\s+/u)
      .at(-1 - (code >> 6)) ?? '';
  return /^[0-9a-f]{1,16}$/iu.test(word) && ((BigInt(`0x${word}`) >> BigInt(code & 63)) & 1n) === 1n;
}
