// Check: with `leds` outputs on the kernel's own driver for LEDs on lines, what the LEDs do is on the wires: also the end of the
// relay's pulse, which the kernel keeps for a daemon that was killed. The buzzer is a passive one on a PWM channel.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../fakes/daemon.ts';
import type { Check } from './check.ts';
import { listenOn, TONE_ROWS, wiredLeds } from './kiosk-wiring.ts';
import { PULSE_MS, playOutputs } from './outputs.ts';

const CHANNEL = 1;

export const drivesLedsOnLines: Check = {
  name: 'leds-gpio',
  modules: ['gpio-sim', 'kiosk-wiring', 'ledtrig-oneshot', 'ledtrig-timer'],
  async run() {
    const { green, red, relay } = wiredLeds();
    const buzzer = listenOn(CHANNEL);
    const folder = temporaryFolder();
    const patternsFile = join(folder.path, 'rows.json');
    writeFileSync(patternsFile, JSON.stringify(TONE_ROWS));
    const indicator = {
      kind: 'leds',
      green: { label: green.label },
      red: { label: red.label },
      buzzer: { pwm: { chip: 'pwmchip0', channel: CHANNEL } },
      relay: { label: relay.label, pulseMs: PULSE_MS },
      patternsFile,
    };
    const levels = { green: green.level, red: red.level, buzzer: buzzer.level, relay: relay.level };
    const seen = await playOutputs({ indicator, levels });
    folder.remove();
    return [...seen, buzzer.told()];
  },
};
