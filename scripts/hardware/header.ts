// The 40-pin header of every Raspberry Pi with one, and what its pins do before any program runs.
//
//   seen with the header along the upper edge of the board:
//   even  2  4  6 ...  40    outer row
//   odd   1  3  5 ...  39    inner row; pin 1 has the square pad

/** A BCM number, or what a pin is fixed to. */
export type HeaderPin = number | '3V3' | '5V' | 'GND';

/** Pin 1 first. Source: pinctrl of a Pi 5 at boot (raspberrypi/linux issue 5719) and the GPIO page of the maker's documentation. */
const PINS: readonly HeaderPin[] = [
  ...(['3V3', '5V', 2, '5V', 3, 'GND', 4, 14, 'GND', 15] as const),
  ...([17, 18, 27, 'GND', 22, 23, '3V3', 24, 10, 'GND'] as const),
  ...([9, 25, 11, 8, 'GND', 7, 0, 1, 5, 'GND'] as const),
  ...([6, 12, 13, 'GND', 19, 16, 26, 20, 'GND', 21] as const),
];

export const HEADER_PINS = PINS.length;

/** What pin 1 to 40 is. @throws RangeError */
export function headerPin(pin: number): HeaderPin {
  const is = PINS[pin - 1];
  if (is === undefined) throw new RangeError(`there is no header pin ${pin}; pins are 1 to ${HEADER_PINS}`);
  return is;
}

/** The header pin of a BCM number. @throws RangeError: not on the header */
export function pinOf(bcm: number): number {
  const index = PINS.indexOf(bcm);
  if (index < 0) throw new RangeError(`GPIO${bcm} is not on the 40-pin header; BCM numbers there are 0 to 27`);
  return index + 1;
}

/**
 * The pull of a pin from power-on until something else is configured: BCM 0 to 8 up, 9 to 27 down, on every model (BCM2835 ARM
 * Peripherals, table 6-31). An output that must be off at power-on belongs on a line that is pulled down.
 */
export function bootPull(bcm: number): 'up' | 'down' {
  return bcm <= 8 ? 'up' : 'down';
}
