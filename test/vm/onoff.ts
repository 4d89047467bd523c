// Check: with `onoff` outputs - GPIO through files - the right lines rise and fall, and a relay that a killed daemon left open is
// shut by the next one, before it is ready. The chip is not the first one, and its numbers begin anywhere. The buzzer is a passive
// one that the kernel's beeper plays.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../fakes/daemon.ts';
import type { Check } from './check.ts';
import { chips, sysfsBase } from './gpio-sim.ts';
import { startKiosk } from './kiosk.ts';
import { listenOn, TONE_ROWS } from './kiosk-wiring.ts';
import { PULSE_MS, playOutputs } from './outputs.ts';

const LINES = { green: 17, red: 27, relay: 23 };

export const drivesGpioFiles: Check = {
  name: 'onoff',
  modules: ['gpio-sim', 'kiosk-wiring', 'pwm-beeper', 'evdev'],
  async run() {
    const { header } = chips();
    const base = sysfsBase(header.label);
    const { green, red, relay } = LINES;
    const buzzer = listenOn(0);
    const folder = temporaryFolder();
    const patternsFile = join(folder.path, 'rows.json');
    writeFileSync(patternsFile, JSON.stringify(TONE_ROWS));
    const indicator = {
      kind: 'onoff',
      chip: header.label,
      green: { line: green },
      red: { line: red },
      buzzer: { beeper: 'pwm-beeper' },
      relay: { line: relay, pulseMs: PULSE_MS },
      patternsFile,
    };
    const look = (line: number) => () => header.level(line);
    const levels = { green: look(green), red: look(red), buzzer: buzzer.level, relay: look(relay) };
    const seen = await playOutputs({ indicator, levels, killed: 'stays up' });
    const whistling = buzzer.level() === 1 ? 'still sounded' : 'was silent';
    const startedMs = performance.now();
    const next = await startKiosk({ scanners: [{ id: 'main', kind: 'stdin' }], indicator });
    if (header.level(relay) === 1) throw new Error('the next daemon was ready, with the relay of the killed one still up');
    if (buzzer.level() === 1) throw new Error('the next daemon was ready, with the tone of the killed one still on');
    const readyS = ((performance.now() - startedMs) / 1000).toFixed(1);
    // Whatever its code: an emulated machine may need longer than the daemon allows itself, which is an ending as well.
    const code = await next.daemon.stop();
    folder.remove();
    const left = readdirSync('/sys/class/gpio').filter((name) =>
      Object.values(LINES).some((line) => name === `gpio${base + line}`),
    );
    if (left.length > 0) throw new Error(`a daemon that was told to stop left ${left.join(' ')} exported`);
    return [
      `${header.label} has its lines from ${base} on`,
      ...seen,
      `${buzzer.told()}; ${PULSE_MS} ms and more after the kill it ${whistling}`,
      `the next daemon, ready after ${readyS} s, had shut the relay and was silent; told to stop (exit ${code}), it left no line exported`,
    ];
  },
};
