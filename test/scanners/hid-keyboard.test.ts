// Keyboard scanners: keys to characters by layout, however the reports are formed, and an honest word about what was lost.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEYBOARD_LAYOUTS } from '../../src/scanners/hid-keyboard-layouts.ts';
import { KeyboardReader } from '../../src/scanners/hid-keyboard-reports.ts';
import { KEYBOARD_BITS, KEYBOARD_BOOT, KEYBOARD_IDS, MOUSE } from '../fakes/hid-descriptors.ts';
import { boot, ENTER, typed, UP } from '../fakes/hid-reports.ts';

const { us, de } = KEYBOARD_LAYOUTS;
const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));
const A = 0x04;
const CAPS = 0x39;
const ALT = 0x04;

function attached(layout = us, descriptor = KEYBOARD_BOOT): KeyboardReader {
  const reader = new KeyboardReader(layout);
  reader.attach(descriptor);
  return reader;
}

/** Every code of a keyboard scanner is lossy: that it is said is checked here, once for all. */
function codes(reader: KeyboardReader, reports: readonly Uint8Array[]): { text: string; symbology?: string; fault?: string }[] {
  return reports.flatMap((report) =>
    reader.push(report).map(({ bytes, lossy, ...rest }) => {
      expect(lossy).toBe(rest.fault === undefined ? true : undefined);
      return { text: Buffer.from(bytes).toString(), ...rest };
    }),
  );
}

const press = (...keys: number[]) => keys.flatMap((key) => [boot(0, key), UP]);
/** ALT held, the digits on the keypad, ALT released. */
const altCode = (digits: string) => [
  boot(ALT),
  ...Array.from(digits).flatMap((digit) => [boot(ALT, digit === '0' ? 0x62 : 0x58 + Number(digit)), boot(ALT)]),
  UP,
];

describe('KeyboardReader', () => {
  test.each(['us', 'de'] as const)('types all of ASCII in layout %s', (name) => {
    const layout = KEYBOARD_LAYOUTS[name];
    const reports = Array.from(ASCII).flatMap((each) => {
      // A dead key wants the space bar after it.
      return layout.dead.includes(each) ? [...typed(each, layout), ...press(0x2c)] : typed(each, layout);
    });
    expect(codes(attached(layout), [...reports, ...ENTER])).toEqual([{ text: ASCII }]);
  });

  test('shows a scanner set to another layout by other characters: the table is what differs', () => {
    expect(codes(attached(de), [...typed('zy-]', us), ...ENTER])).toEqual([{ text: 'yzß+' }]);
  });

  test.each([
    ['Enter', 0x28],
    ['keypad Enter', 0x58],
    ['Tab', 0x2b],
  ])('ends a code at %s, and takes an empty one for nothing', (_name, key) => {
    expect(codes(attached(), [...typed('GT1:A'), ...press(key), ...press(key), ...typed('b'), ...press(key)])).toEqual([
      { text: 'GT1:A' },
      { text: 'b' },
    ]);
  });

  test('ends a code at a pause', () => {
    const reader = attached();
    expect([codes(reader, typed('abc')), reader.pending]).toEqual([[], true]);
    expect(Buffer.from(reader.silence()?.bytes ?? []).toString()).toBe('abc');
    expect([reader.pending, reader.silence()]).toEqual([false, undefined]);
  });

  test('counts a key once while it is held, and twice when it was let go between', () => {
    const held = [boot(0, A), boot(0, A), boot(0, A), UP];
    expect(codes(attached(), [...held, ...press(A), ...ENTER])).toEqual([{ text: 'aa' }]);
  });

  test('takes keys that overlap in the order they went down, and none for the rollover code', () => {
    const rolled = [boot(0, A), boot(0, A, A + 1), boot(0, A + 1), boot(0, A + 1, A + 2), UP];
    expect(codes(attached(), [...rolled, ...ENTER])).toEqual([{ text: 'abc' }]);
    const tooMany = [boot(0, A), boot(0, 1, 1, 1, 1, 1, 1), boot(0, A), UP];
    expect(codes(attached(), [...tooMany, ...ENTER])).toEqual([{ text: 'a' }]);
  });

  test('Caps Lock turns letters and nothing else, together with Shift back, until it is pressed again', () => {
    const reports = [...press(CAPS, A, 0x1e), boot(0x02, A), UP, ...press(0x28, A, CAPS, A, 0x28)];
    expect(codes(attached(), reports)).toEqual([{ text: 'A1a' }, { text: 'Aa' }]);
    expect(codes(attached(de), [...press(CAPS, 0x2d, CAPS), ...ENTER])).toEqual([{ text: 'ß' }]);
  });

  test('types the letters beyond ASCII that a layout has', () => {
    expect(codes(attached(de), [...typed('ü1', de), ...ENTER, ...typed('1', de), ...ENTER])).toEqual([
      { text: 'ü1' },
      { text: '1' },
    ]);
  });

  test('keeps the digits of ALT sequences above ASCII, reads those of ASCII', () => {
    expect(codes(attached(), [...altCode('065'), ...altCode('0124'), ...ENTER])).toEqual([{ text: 'A|' }]);
    expect(codes(attached(), [...typed('001'), ...altCode('7877'), ...ENTER])).toEqual([{ text: '0017877' }]);
    expect(codes(attached(), [...typed('a'), ...altCode('013')])).toEqual([{ text: 'a' }]);
  });

  test('gives control characters, and leaves out keys that type nothing', () => {
    expect(codes(attached(), [...typed('a'), boot(0x01, 0x30), UP, ...ENTER])).toEqual([{ text: 'a\u001d' }]);
    expect(codes(attached(), [...typed('a'), ...press(0x3a), ...ENTER])).toEqual([{ text: 'a' }]);
  });

  test('reads reports with ids, and keys as single bits, where the descriptor says so', () => {
    // Report 1: id, modifiers, six keys. Report 2 belongs to the volume keys.
    const withId = [...typed('Ab|9'), ...ENTER].map((report) =>
      Buffer.concat([Buffer.of(1, report[0] ?? 0), report.subarray(2)]),
    );
    expect(codes(attached(us, KEYBOARD_IDS), [Buffer.of(2, 1), ...withId, Buffer.of(2, 0)])).toEqual([{ text: 'Ab|9' }]);
    const bits = [...typed('Ab|9'), ...ENTER].map((report) => {
      const all = Buffer.alloc(15);
      all[0] = report[0] ?? 0;
      const key = report[2] ?? 0;
      if (key > 0) all[1 + ((key - A) >> 3)] = 1 << ((key - A) & 7);
      return all;
    });
    expect(codes(attached(us, KEYBOARD_BITS), bits)).toEqual([{ text: 'Ab|9' }]);
  });

  test.each([
    ['no descriptor', new Uint8Array()],
    ['a cut one', KEYBOARD_BOOT.subarray(0, 20)],
    ['one of a mouse', MOUSE],
  ])('reads boot reports where there is %s', (_name, descriptor) => {
    expect(codes(attached(us, descriptor), [...typed('ok'), ...ENTER])).toEqual([{ text: 'ok' }]);
  });

  test('drops and counts a code with a report of a wrong length in it, and forgets held keys at a replug', () => {
    const reader = attached();
    expect(codes(reader, [...typed('ab'), UP.subarray(0, 7), ...typed('cd'), ...ENTER])).toEqual([{ text: 'cd' }]);
    expect(reader.discarded).toEqual({ overlong: 0, silence: 0, unplugged: 0, malformed: 9 });
    codes(reader, [...press(CAPS), boot(0, A)]);
    reader.attach(KEYBOARD_BOOT);
    expect(codes(reader, [boot(0, A), UP, ...ENTER])).toEqual([{ text: 'a' }]);
    expect(reader.discarded.unplugged).toBe(1);
  });

  test('takes the AIM identifier off that the scanner types in front', () => {
    expect(codes(attached(), [...typed(']Q1abc'), ...ENTER])).toEqual([{ text: 'abc', symbology: 'Q1' }]);
  });

  test('says once that a code is overlong and reads the next', () => {
    const long = Array.from({ length: 5_000 }, () => press(A)).flat();
    const reader = attached();
    expect(codes(reader, [...long, ...ENTER, ...typed('b'), ...ENTER])).toEqual([{ text: '', fault: 'overlong' }, { text: 'b' }]);
    expect(reader.discarded.overlong).toBe(5_000);
  });

  test('never throws, whatever descriptor and reports come', () => {
    const descriptor = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom(KEYBOARD_BOOT, KEYBOARD_IDS, KEYBOARD_BITS, MOUSE),
    );
    fc.assert(
      fc.property(descriptor, fc.array(fc.uint8Array({ maxLength: 20 })), fc.constantFrom(us, de), (device, reports, layout) => {
        const reader = attached(layout, device);
        for (const report of reports) {
          for (const { bytes } of reader.push(report)) expect(bytes.length).toBeLessThanOrEqual(4_096);
        }
        reader.silence();
        expect(reader.pending).toBe(false);
      }),
    );
  });
});
