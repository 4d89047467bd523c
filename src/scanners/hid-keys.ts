// Which keys a keyboard report says are down. The report descriptor says where they stand, in boot, report or n-key-rollover
// form alike; a device without a usable one is read as a boot keyboard. Pure; never throws.
//
// Boot report (Device Class Definition for HID 1.11, appendix B): 0 modifiers, bit n = usage E0+n | 1 reserved | 2-7 usages.

import { type InputField, type ReportDescriptor, usage } from './hid-descriptor.ts';

/** HID Usage Tables: generic desktop page, keyboard. */
export const KEYBOARD = usage(0x01, 0x06);
const KEY_PAGE = 0x07;
/** Usages 01-03 of the keyboard page: rollover, self-test failed, undefined error. */
const LAST_ERROR_USAGE = 0x03;
const ELEMENTS_MAX = 512;

export interface KeyLayout {
  readonly fields: readonly InputField[];
  readonly reportBytes: ReadonlyMap<number, number>;
}

const NO_ID = { reportId: 0, logicalMin: 0 };
const BOOT: KeyLayout = {
  fields: [
    { ...NO_ID, bitOffset: 0, bits: 1, count: 8, array: false, usages: range(usage(KEY_PAGE, 0xe0), 8) },
    { ...NO_ID, bitOffset: 16, bits: 8, count: 6, array: true, usages: range(usage(KEY_PAGE, 0), 256) },
  ],
  reportBytes: new Map([[0, 8]]),
};

/** Where the keys stand; the boot form where `descriptor` describes no keys. */
export function keyLayout(descriptor: ReportDescriptor | undefined): KeyLayout {
  const fields = (descriptor?.fields ?? []).filter(
    ({ usages, bits, count }) => usages.some(isKey) && bits <= 8 && count <= ELEMENTS_MAX,
  );
  return descriptor && fields.length > 0 ? { fields, reportBytes: descriptor.reportBytes } : BOOT;
}

/**
 * The usages (keyboard page) that are down, in the report's order. `other`: a report without keys of a device that has other
 * reports too. `rollover`: too many keys at once to say which. `malformed`: the length is not the described one.
 */
export function keysDown(report: Uint8Array, layout: KeyLayout): readonly number[] | 'other' | 'rollover' | 'malformed' {
  const id = layout.reportBytes.has(0) ? 0 : (report[0] ?? 0);
  const fields = layout.fields.filter(({ reportId }) => reportId === id);
  if (layout.reportBytes.get(id) !== report.length) return 'malformed';
  if (fields.length === 0) return 'other';
  const down = new Set<number>();
  for (const field of fields) {
    for (let index = 0; index < field.count; index += 1) {
      const key = keyAt(report, field, index);
      if (key === undefined) continue;
      if (key <= LAST_ERROR_USAGE) return 'rollover';
      down.add(key);
    }
  }
  return [...down];
}

function keyAt(report: Uint8Array, field: InputField, index: number): number | undefined {
  const value = bitsAt(report, field.bitOffset + index * field.bits, field.bits);
  const { array, usages, logicalMin } = field;
  if (!array && value === 0) return undefined;
  const full = usages[array ? value - logicalMin : Math.min(index, usages.length - 1)];
  if (full === undefined || !isKey(full)) return undefined;
  const key = full & 0xffff;
  return key === 0 ? undefined : key;
}

/** Up to 8 bits, least significant first, over at most two bytes. */
function bitsAt(report: Uint8Array, at: number, bits: number): number {
  const byte = Math.floor(at / 8);
  const pair = (report[byte] ?? 0) | ((report[byte + 1] ?? 0) << 8);
  return (pair >> (at % 8)) & ((1 << bits) - 1);
}

function isKey(full: number): boolean {
  return Math.floor(full / 0x1_0000) === KEY_PAGE;
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
