// The 40-pin header against a second writing of it, and what its pins do at power-on.

import { expect, test } from 'vitest';
import { bootPull, HEADER_PINS, headerPin, pinOf } from '../../scripts/hardware/header.ts';

/** `pinctrl` on a Raspberry Pi 5 at boot (raspberrypi/linux issue 5719): line, pull, header pin; 0 and 1 are the ID pins 27 and 28. */
const SEEN =
  `0 pu 27, 1 pu 28, 2 pu 3, 3 pu 5, 4 pu 7, 5 pu 29, 6 pu 31, 7 pu 26, 8 pu 24, 9 pd 21, 10 pd 19, 11 pd 23, 12 pd 32, 13 pd 33,
14 pd 8, 15 pd 10, 16 pd 36, 17 pd 11, 18 pd 12, 19 pd 35, 20 pd 38, 21 pd 40, 22 pd 15, 23 pd 16, 24 pd 18, 25 pd 22, 26 pd 37, 27 pd 13`
    .split(/,\s/u)
    .map((entry) => entry.split(' '))
    .map(([bcm, pull, pin]) => ({ bcm: Number(bcm), pull, pin: Number(pin) }));

test('pinOf and bootPull: as a Raspberry Pi 5 says of itself', () => {
  expect(SEEN).toHaveLength(28);
  for (const { bcm, pull, pin } of SEEN) {
    expect(pinOf(bcm), `GPIO${bcm}`).toBe(pin);
    expect(headerPin(pin)).toBe(bcm);
    expect(bootPull(bcm), `GPIO${bcm}`).toBe(pull === 'pu' ? 'up' : 'down');
  }
});

test('headerPin: what is no line is power, where everyone knows it', () => {
  const lines = new Set(SEEN.map(({ pin }) => pin));
  const rest = Array.from({ length: HEADER_PINS }, (_, index) => index + 1).filter((pin) => !lines.has(pin));
  expect(Object.fromEntries(rest.map((pin) => [pin, headerPin(pin)]))).toEqual({
    1: '3V3',
    2: '5V',
    4: '5V',
    6: 'GND',
    9: 'GND',
    14: 'GND',
    17: '3V3',
    20: 'GND',
    25: 'GND',
    30: 'GND',
    34: 'GND',
    39: 'GND',
  });
});

test.each([0, 41, 1.5])('headerPin: there is no pin %s', (pin) => {
  expect(() => headerPin(pin)).toThrow(RangeError);
});

test('pinOf: GPIO28 is not on the header', () => {
  expect(() => pinOf(28)).toThrow('GPIO28');
});
