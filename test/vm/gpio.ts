// Check: the simulated chips behave as chips - found by label and not by number, levels put out are read back, a
// pressed button is read.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { eventually } from '../fakes/eventually.ts';
import type { Check } from './check.ts';
import { chips, sysfsBase } from './gpio-sim.ts';

const LAMP = 17;
const BUTTON = 5;

function sysfsLine(base: number, line: number): string {
  writeFileSync('/sys/class/gpio/export', String(base + line));
  return `/sys/class/gpio/gpio${base + line}`;
}

export const showsGpioChips: Check = {
  name: 'gpio',
  modules: ['gpio-sim'],
  async run() {
    const { decoy, header } = chips();
    if (!existsSync(`/dev/${header.name}`)) throw new Error(`no /dev/${header.name}`);
    const base = sysfsBase(header.label);
    const lamp = sysfsLine(base, LAMP);
    writeFileSync(`${lamp}/direction`, 'out');
    const levels = ['1', '0', '1'].map((level) => {
      writeFileSync(`${lamp}/value`, level);
      return String(header.level(LAMP));
    });
    if (levels.join('') !== '101') throw new Error(`line ${LAMP} was set to 1, 0, 1 and read as ${levels.join(', ')}`);
    const button = sysfsLine(base, BUTTON);
    writeFileSync(`${button}/direction`, 'in');
    const read = (): string => readFileSync(`${button}/value`, 'utf8').trim();
    header.pull(BUTTON, 0);
    await eventually('the button up', () => read() === '0');
    header.pull(BUTTON, 1);
    await eventually('the button down', () => read() === '1');
    // Others want these lines after this.
    for (const line of [LAMP, BUTTON]) writeFileSync('/sys/class/gpio/unexport', String(base + line));
    return [
      `${decoy.label} is /dev/${decoy.name}, ${header.label} is /dev/${header.name} with sysfs base ${base}`,
      `GPIO${LAMP} put out 1, 0, 1 and was read so; GPIO${BUTTON} was pressed`,
    ];
  },
};
