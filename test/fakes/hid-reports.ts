// What HID scanners send for a text: POS reports in the three layouts, keyboard reports key by key.

import { LAYOUT_A, type PosLayout } from '../../src/scanners/hid-pos-layout.ts';
import { KEYBOARD_LAYOUTS, type KeyboardLayout } from '../../src/scanners/hid-keyboard-layouts.ts';

/** The two ready reports of a Vietnamese card whose letter is split between them (layout A), and its text. */
export const CARD_REPORTS = [
  '02385d51313030313039393030303030317c7c4e677579e1bb856e205468e1bb8b205068c6b0c6a16e67205468e1baa36f7c30313031313939397c4ee1730001',
  '02295d5131bbaf7c53e1bb9120312c2042e1bb9320c490e1bb812c2048c3a0204ee1bb99697c3031303132303232000000000000000000000000000000730000',
].map((hex) => Buffer.from(hex, 'hex'));
export const CARD_TEXT = '001099000001||Nguyễn Thị Phương Thảo|01011999|Nữ|Số 1, Bồ Đề, Hà Nội|01012022';

/** A code as POS reports; `aim` is put where the layout has a place for it. */
export function posReports(code: string | Uint8Array, layout: PosLayout = LAYOUT_A, aim = ']Q1'): Buffer[] {
  const bytes = Buffer.from(code as Uint8Array);
  const reports: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += layout.dataBytes) {
    const part = bytes.subarray(at, at + layout.dataBytes);
    const report = Buffer.alloc(layout.reportBytes);
    report[0] = layout.reportId;
    report[layout.lengthAt] = part.length;
    if (layout.aimAt !== undefined) report.write(aim, layout.aimAt, 'latin1');
    part.copy(report, layout.dataAt);
    if (at + part.length < bytes.length) report[layout.moreAt] = layout.moreMask;
    reports.push(report);
  }
  return reports;
}

/** Boot reports: modifiers and the keys that are down. */
export function boot(modifiers: number, ...keys: number[]): Buffer {
  return Buffer.from([modifiers, 0, ...keys, 0, 0, 0, 0, 0, 0].slice(0, 8));
}

export const UP = boot(0);
export const ENTER = [boot(0, 0x28), UP];
const SHIFT = 0x02;
const ALT_GR = 0x40;

/** Each character pressed and let go, with Shift or AltGr where the layout wants it. Throws for what it cannot type. */
export function typed(text: string, layout: KeyboardLayout = KEYBOARD_LAYOUTS.us): Buffer[] {
  return Array.from(text).flatMap((character) => {
    for (const [key, signs] of layout.keys) {
      const level = signs.indexOf(character);
      if (level >= 0) return [boot([0, SHIFT, ALT_GR][level] ?? 0, key), UP];
    }
    throw new Error(`no key types ${character}`);
  });
}
