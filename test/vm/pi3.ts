// Checks on an emulated Pi 3: lamps, buzzer and relay on its real GPIO driver, through gpio-leds of the device tree and through
// the character device; and how long a relay stays up when the daemon is killed in the middle of its pulse.

import { readFileSync } from 'node:fs';
import type { Check } from './check.ts';
import { type OutputsPlan, PULSE_MS, playOutputs } from './outputs.ts';
import { CHIP, drivesHigh, model } from './pi3-pins.ts';

/** As scripts/vm/pi3.dtso gives them to the kernel. */
const LED_PINS = { green: 17, red: 27, buzzer: 22, relay: 23 };
/** Others: a line that the kernel's LEDs have cannot be asked for. */
const LINE_PINS = { green: 5, red: 6, buzzer: 12, relay: 13 };

const levelsOf = ({ green, red, buzzer, relay }: typeof LED_PINS): OutputsPlan['levels'] => ({
  green: drivesHigh(green),
  red: drivesHigh(red),
  buzzer: drivesHigh(buzzer),
  relay: drivesHigh(relay),
});

const LEDS = {
  kind: 'leds',
  green: { label: 'gate-green' },
  red: { label: 'gate-red' },
  buzzer: { label: 'gate-buzzer' },
  relay: { label: 'gate-relay', pulseMs: PULSE_MS },
};

const LINES = {
  kind: 'gpiochip',
  chip: CHIP,
  green: { line: `GPIO${LINE_PINS.green}` },
  red: { line: LINE_PINS.red },
  buzzer: { line: LINE_PINS.buzzer, kind: 'active' },
  relay: { line: `GPIO${LINE_PINS.relay}`, pulseMs: PULSE_MS },
};

/** Whether the driver leaves a released output as it is. @throws Error where it is not as wanted */
function keeping(wanted: 'Y' | 'N'): string {
  const found = readFileSync('/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs', 'latin1').trim();
  if (found !== wanted) throw new Error(`pinctrl_bcm2835.persist_gpio_outputs is ${found}, wanted ${wanted}`);
  return `${model()}, ${CHIP} with persist_gpio_outputs=${found}`;
}

export const drivesPiLeds: Check = {
  name: 'pi3-leds',
  modules: ['leds-gpio', 'ledtrig-oneshot', 'ledtrig-timer'],
  run: async () => [keeping('N'), ...(await playOutputs({ indicator: LEDS, levels: levelsOf(LED_PINS) }))],
};

export const drivesPiLines: Check = {
  name: 'pi3-gpiochip',
  modules: [],
  run: async () => [keeping('N'), ...(await playOutputs({ indicator: LINES, levels: levelsOf(LINE_PINS) }))],
};

/** The same lines where the driver keeps what a released line put out: the reason to have relays on LEDs. */
export const keepsPiLines: Check = {
  name: 'pi3-gpiochip-kept',
  modules: [],
  run: async () => [keeping('Y'), ...(await playOutputs({ indicator: LINES, levels: levelsOf(LINE_PINS), killed: 'stays up' }))],
};

export const drivesPiLedsAllTheSame: Check = {
  name: 'pi3-leds-kept',
  modules: drivesPiLeds.modules,
  run: async () => [keeping('Y'), ...(await playOutputs({ indicator: LEDS, levels: levelsOf(LED_PINS) }))],
};
