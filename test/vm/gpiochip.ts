// Check: with `gpiochip` outputs the right lines rise and fall. That a relay falls at once when the daemon is killed is the
// simulated chip's way of releasing lines; other chips keep the level.

import type { Check } from './check.ts';
import { chips } from './gpio-sim.ts';
import { PULSE_MS, playOutputs } from './outputs.ts';

const LINES = { green: 17, red: 27, buzzer: 22, relay: 23 };

export const drivesGpioChip: Check = {
  name: 'gpiochip',
  modules: ['gpio-sim'],
  run() {
    const { header } = chips();
    const indicator = {
      kind: 'gpiochip',
      // The label, and one line by its name: numbers of chips are not to be trusted.
      chip: header.label,
      green: { line: `GPIO${LINES.green}` },
      red: { line: LINES.red },
      buzzer: { line: LINES.buzzer, kind: 'active' },
      relay: { line: LINES.relay, pulseMs: PULSE_MS },
    };
    const look = (line: number) => () => header.level(line);
    const { green, red, buzzer, relay } = LINES;
    return playOutputs({ indicator, levels: { green: look(green), red: look(red), buzzer: look(buzzer), relay: look(relay) } });
  },
};
