// The structures of input devices against bytes and numbers that a C compiler printed from <linux/input.h> on x86-64.

import { expect, test } from 'vitest';
import { bitOf, capable, EVENT_BYTES, EVIOC, readInputEvents } from '../../src/inputs/evdev-layout.ts';

const EVENT = '513d01000000000039300000000000000100ae0001000000';

test('request numbers are those of EVIOCGKEY(96), EVIOCGSW(3), EVIOCGRAB and EVIOCSCLOCKID', () => {
  expect([EVIOC.getKeys.request, EVIOC.getSwitches.request, EVIOC.grab, EVIOC.setClock]).toEqual([
    0x80604518, 0x8003451b, 0x40044590, 0x400445a0,
  ]);
  expect([EVIOC.getKeys.bytes, EVIOC.getSwitches.bytes, EVENT_BYTES]).toEqual([96, 3, 24]);
});

test('readInputEvents reads what a C program makes of {81233.012345, EV_KEY, KEY_EXIT, 1}, and no half event', () => {
  const bytes = Buffer.from(EVENT + EVENT.slice(0, 46), 'hex');
  expect(readInputEvents(bytes)).toEqual([
    { what: 'change', control: { type: 'key', code: 174 }, active: true, stampMs: 81_233_012.345 },
  ]);
});

test('a repeated key, a moved mouse and a light are no change; reports and overruns are told', () => {
  const events: [number, number, number][] = [
    [1, 174, 2],
    [2, 0, 5],
    [17, 1, 1],
    [5, 0, 0],
    [0, 0, 0],
    [0, 3, 0],
  ];
  const bytes = Buffer.concat(
    events.map(([type, code, value]) => {
      const event = Buffer.alloc(24);
      event.writeUInt16LE(type, 16);
      event.writeUInt16LE(code, 18);
      event.writeInt32LE(value, 20);
      return event;
    }),
  );
  expect(readInputEvents(bytes)).toEqual([
    { what: 'change', control: { type: 'switch', code: 0 }, active: false, stampMs: 0 },
    { what: 'report' },
    { what: 'dropped' },
  ]);
});

test('a long bitmap in sysfs has its lowest word last, and short words', () => {
  const words = '40000000000000 0 0 0 0 0 10000000000000 4\n';
  expect([2, 3, 66, 64 + 52, 64 * 7 + 54, 64 * 8, 700].map((code) => capable(words, code))).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(['', 'x', '-1'].map((text) => capable(text, 0))).toEqual([false, false, false]);
  expect([9, 10, 900].map((code) => bitOf(Uint8Array.of(0, 2), code))).toEqual([true, false, false]);
});
