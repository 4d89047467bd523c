// /sys/class/gpio as far as the daemon uses it, after drivers/gpio/gpiolib-sysfs.c: numbers from each chip's base, export refuses
// what is held, `low` and `high` are levels on the wire, value minds active_low. Records every level that a wire took.

import type { Sysfs } from '../../src/system/sysfs.ts';

export interface FakeSysfsChip {
  readonly label: string;
  readonly base: number;
  readonly lines: number;
}

interface ExportedLine {
  direction: 'in' | 'out';
  activeLow: boolean;
  /** On the wire. */
  level: boolean;
  /** How often udev's work is looked for in vain. */
  rootsFor: number;
}

export interface GpioFiles extends Sysfs {
  /** Exported lines by number. */
  readonly exported: ReadonlyMap<number, ExportedLine>;
  /** `number=level`, each level that an output put on its wire, in order. */
  readonly seen: string[];
  /** Numbers that a driver or another interface holds. */
  readonly held: Set<number>;
  /** As another program would. */
  export(number: number, direction: 'in' | 'out', level?: boolean): void;
  /** The chip goes, and with it its exported lines; with a new base it comes back. */
  unplug(label: string): void;
  plug(chip: FakeSysfsChip): void;
}

export interface GpioFilesPlan {
  /** False: a kernel without these files. */
  readonly present?: boolean;
  /** How many looks after an export its files are still root's alone; infinite: for ever. */
  readonly handover?: number;
  /** Whether this user may export. */
  readonly mayExport?: boolean;
}

function failing(code: string): never {
  throw Object.assign(new Error(code), { code });
}

export function gpioFiles(chips: readonly FakeSysfsChip[], plan: GpioFilesPlan = {}): GpioFiles {
  const { present = true, handover = 0, mayExport = true } = plan;
  let there = [...chips];
  const exported = new Map<number, ExportedLine>();
  const seen: string[] = [];
  const held = new Set<number>();
  const drive = (number: number, line: ExportedLine, level: boolean) => {
    if (line.direction !== 'out' || line.level !== level) seen.push(`${number}=${Number(level)}`);
    Object.assign(line, { direction: 'out', level });
  };
  const chipOf = (number: number) => there.find(({ base, lines }) => number >= base && number < base + lines);
  const writeLine = (number: number, file: string, text: string) => {
    const line = exported.get(number) ?? failing('ENOENT');
    if (line.rootsFor > 0) failing('EACCES');
    if (file === 'active_low') line.activeLow = text !== '0';
    else if (file === 'direction' && text === 'in') line.direction = 'in';
    else if (file === 'direction' && ['low', 'out', 'high'].includes(text)) drive(number, line, text === 'high');
    else if (file === 'value') {
      if (line.direction === 'in') failing('EPERM');
      drive(number, line, (text !== '0') !== line.activeLow);
    } else failing('EINVAL');
  };
  const partsOf = (path: string) => {
    if (!present) failing('ENOENT');
    const [, , name = '', file = ''] = path.split('/');
    return { name, file, number: Number(name.slice('gpio'.length)) };
  };
  return {
    exported,
    seen,
    held,
    export(number, direction, level = false) {
      exported.set(number, { direction, activeLow: false, level, rootsFor: 0 });
    },
    unplug(label) {
      for (const number of exported.keys()) if (chipOf(number)?.label === label) exported.delete(number);
      there = there.filter((chip) => chip.label !== label);
    },
    plug: (chip) => void there.push(chip),
    list(path) {
      partsOf(path);
      const names = ['export', 'unexport', ...there.map(({ base }) => `gpiochip${base}`)];
      return [...names, ...[...exported.keys()].map((number) => `gpio${number}`)].toSorted();
    },
    read(path) {
      const { name, file, number } = partsOf(path);
      if (name.startsWith('gpiochip')) {
        const chip = there.find(({ base }) => name === `gpiochip${base}`) ?? failing('ENOENT');
        const texts: Record<string, string> = { label: chip.label, base: String(chip.base), ngpio: String(chip.lines) };
        return texts[file] ?? failing('ENOENT');
      }
      const line = exported.get(number) ?? failing('ENOENT');
      if (file === 'direction') return line.direction;
      return file === 'value' ? String(Number(line.level !== line.activeLow)) : failing('ENOENT');
    },
    mayWrite(path) {
      const { name, number } = partsOf(path);
      if (name === 'export' || name === 'unexport') return mayExport ? undefined : failing('EACCES');
      const line = exported.get(number) ?? failing('ENOENT');
      if (line.rootsFor > 0) {
        line.rootsFor -= 1;
        failing('EACCES');
      }
      return undefined;
    },
    write(path, text) {
      const { name, file, number } = partsOf(path);
      if (name !== 'export' && name !== 'unexport') return writeLine(number, file, text);
      if (!mayExport) failing('EACCES');
      const wanted = Number(text);
      if (name === 'unexport') return exported.delete(wanted) ? undefined : failing('EINVAL');
      if (!chipOf(wanted)) failing('EINVAL');
      if (held.has(wanted) || exported.has(wanted)) failing('EBUSY');
      exported.set(wanted, { direction: 'in', activeLow: false, level: false, rootsFor: handover });
      return undefined;
    },
  };
}
