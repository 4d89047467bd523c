// Check: with `leds` outputs the right LEDs of the kernel light, and the kernel ends the relay's pulse also for a daemon that was
// killed in the middle of it.

import type { Check } from './check.ts';
import { PULSE_MS, playOutputs } from './outputs.ts';
import { makeUserLed } from './user-led.ts';

export const drivesLeds: Check = {
  name: 'leds',
  modules: ['uleds', 'ledtrig-oneshot', 'ledtrig-timer'],
  run() {
    const [green, red, buzzer, relay] = [
      makeUserLed('gate-green'),
      makeUserLed('gate-red'),
      makeUserLed('gate-buzzer'),
      makeUserLed('gate-relay'),
    ];
    const indicator = {
      kind: 'leds',
      green: { label: green.label },
      red: { label: red.label },
      buzzer: { label: buzzer.label },
      relay: { label: relay.label, pulseMs: PULSE_MS },
    };
    return playOutputs({ indicator, levels: { green: green.level, red: red.level, buzzer: buzzer.level, relay: relay.level } });
  },
};
