// GPIO chips that are no hardware: the kernel's gpio-sim, set up over configfs. Programs see chips and lines as on a Pi; a test
// reads the levels they put out and presses buttons.

import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SimulatedChip {
  readonly label: string;
  /** As in /dev/NAME and /sys/bus/gpio/devices, e.g. gpiochip1. */
  readonly name: string;
  readonly lines: number;
  /** What is on the line now, whoever drives it. */
  level(line: number): 0 | 1;
  /** From outside, on a line that is an input: a button or a contact. */
  pull(line: number, level: 0 | 1): void;
  /** Unplugs it, whoever holds its lines. */
  remove(): void;
}

export interface ChipPlan {
  readonly label: string;
  readonly lines: number;
  /** Line number -> name. */
  readonly names: Readonly<Record<number, string>>;
}

const CONFIGFS = '/sys/kernel/config/gpio-sim';

/** A Pi 5's header chip, after a chip that takes the first number: whoever trusts numbers finds the wrong one. */
const DECOY: ChipPlan = { label: 'decoy', lines: 8, names: {} };
const HEADER: ChipPlan = {
  label: 'pinctrl-rp1',
  lines: 54,
  names: Object.fromEntries(Array.from({ length: 28 }, (_, line) => [line, `GPIO${line}`])),
};

let made: { readonly decoy: SimulatedChip; readonly header: SimulatedChip } | undefined;

/** The guest's two chips, made at the first call; needs the module gpio-sim. */
export function chips(): { readonly decoy: SimulatedChip; readonly header: SimulatedChip } {
  made ??= { decoy: makeChip(DECOY), header: makeChip(HEADER) };
  return made;
}

/** Plugs a chip in; needs the module gpio-sim. */
export function makeChip({ label, lines, names }: ChipPlan): SimulatedChip {
  const device = join(CONFIGFS, label);
  const bank = join(device, 'bank0');
  mkdirSync(bank, { recursive: true });
  writeFileSync(join(bank, 'num_lines'), String(lines));
  writeFileSync(join(bank, 'label'), label);
  for (const [line, name] of Object.entries(names)) {
    mkdirSync(join(bank, `line${line}`));
    writeFileSync(join(bank, `line${line}`, 'name'), name);
  }
  writeFileSync(join(device, 'live'), '1');
  const name = readFileSync(join(bank, 'chip_name'), 'utf8').trim();
  const platform = readFileSync(join(device, 'dev_name'), 'utf8').trim();
  const line = (number: number): string => join('/sys/devices/platform', platform, name, `sim_gpio${number}`);
  return {
    label,
    name,
    lines,
    level: (number) => (readFileSync(join(line(number), 'value'), 'utf8').trim() === '1' ? 1 : 0),
    pull: (number, level) => writeFileSync(join(line(number), 'pull'), level === 1 ? 'pull-up' : 'pull-down'),
    remove() {
      writeFileSync(join(device, 'live'), '0');
      for (const number of Object.keys(names)) rmdirSync(join(bank, `line${number}`));
      rmdirSync(bank);
      rmdirSync(device);
    },
  };
}

/** The first number of a chip's lines in /sys/class/gpio. @throws Error where the kernel has no such chip */
export function sysfsBase(label: string): number {
  const folder = '/sys/class/gpio';
  for (const chip of readdirSync(folder).filter((name) => name.startsWith('gpiochip'))) {
    if (readFileSync(join(folder, chip, 'label'), 'utf8').trim() === label)
      return Number(readFileSync(join(folder, chip, 'base'), 'utf8'));
  }
  throw new Error(`no chip labelled ${label} in ${folder}`);
}
