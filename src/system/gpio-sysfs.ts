// Output lines through the older interface of files (/sys/class/gpio), for systems whose kernel has no character device. A chip
// is found by its label, because its first number moves between kernels; lines are inactive from their first moment as outputs.
//
//   class/gpio/gpiochip<base>/label, base, ngpio   a chip: its lines are the numbers base .. base + ngpio - 1
//   class/gpio/export, unexport                    a number makes the folder gpio<number>, or removes it
//   .../gpio<number>/direction                     `low`, `high`: an output with that level at once, whatever active_low says
//   .../gpio<number>/active_low                    1: value is inverted
//   .../gpio<number>/value                         0 inactive, 1 active
//
// Source: Documentation/ABI/obsolete/sysfs-gpio, drivers/gpio/gpiolib-sysfs.c. Nobody owns an exported line: it keeps its level
// when the process that set it is killed, until somebody sets it. So an output found exported is taken over, and put to rest.

import type { Attempt, GpioFault, HeldLines } from './gpio.ts';
import { type Sysfs, systemCode } from './sysfs.ts';

export interface SysfsLine {
  /** Offset on the chip; these files know no names. */
  readonly line: number;
  readonly activeLow: boolean;
}

export interface WantedSysfsLines {
  /** The chip's label. */
  readonly chip: string;
  readonly lines: readonly SysfsLine[];
}

interface SysfsChip {
  readonly base: number;
  readonly lines: number;
}

const ROOT = 'class/gpio';
/** udev hands a new line's files over a moment after they appear. */
const HANDOVER = { looks: 25, everyMs: 10 };

/** What was found and what to do, on its way to being a value. */
class Refusal extends Error {
  readonly code: GpioFault;

  constructor(code: GpioFault, message: string) {
    super(message);
    this.code = code;
  }
}

/** Takes lines as outputs, all inactive. Waits for udev, 250 ms at most; `pause` blocks for so many milliseconds. */
export function holdSysfsLines(
  wanted: WantedSysfsLines,
  files: Sysfs,
  pause: (ms: number) => void = sleep,
): Attempt<{ readonly lines: HeldLines }> {
  return attempt(() => {
    const chip = findChip(wanted, files);
    const lines = wanted.lines.map(({ line, activeLow }) => ({ number: chip.base + line, activeLow }));
    const exported: number[] = [];
    try {
      for (const { number } of lines) if (exportLine(number, wanted.chip, files)) exported.push(number);
      for (let look = 0; look < HANDOVER.looks && !exported.every((number) => isOurs(number, files)); look += 1)
        pause(HANDOVER.everyMs);
      for (const line of lines) putToRest(line, files);
    } catch (error) {
      for (const number of exported) unexport(number, files);
      throw error;
    }
    return { lines: heldLines(lines, files) };
  });
}

/** Where lines are and whether they may be had, without taking them. Another program's hold on one is not to be seen here. */
export function lookAtSysfsLines(wanted: WantedSysfsLines, files: Sysfs): Attempt<SysfsChip> {
  return attempt(() => {
    const chip = findChip(wanted, files);
    const entries = files.list(ROOT);
    for (const { line } of wanted.lines) {
      const number = chip.base + line;
      if (!entries.includes(`gpio${number}`)) asked('write', `${ROOT}/export`, () => files.mayWrite(`${ROOT}/export`));
      else if (takeOver(number, wanted.chip, files))
        asked('write', `${ROOT}/gpio${number}/value`, () => files.mayWrite(`${ROOT}/gpio${number}/value`));
    }
    return chip;
  });
}

function heldLines(lines: readonly { readonly number: number }[], files: Sysfs): HeldLines {
  const set = (active: readonly boolean[]) => {
    let there = true;
    for (const [index, { number }] of lines.entries()) {
      try {
        files.write(`${ROOT}/gpio${number}/value`, active[index] ? '1' : '0');
      } catch {
        there = false;
      }
    }
    return there;
  };
  return {
    set,
    close: () => {
      set([]);
      for (const { number } of lines) unexport(number, files);
    },
  };
}

/** @throws Refusal where no chip has the label, or too few lines */
function findChip({ chip, lines }: WantedSysfsLines, files: Sysfs): SysfsChip {
  const seen: string[] = [];
  for (const name of chipNames(files)) {
    const label = asked('read', `${ROOT}/${name}/label`, () => files.read(`${ROOT}/${name}/label`));
    seen.push(label);
    if (label !== chip) continue;
    const [base = 0, count = 0] = ['base', 'ngpio'].map((file) =>
      Number(asked('read', `${ROOT}/${name}/${file}`, () => files.read(`${ROOT}/${name}/${file}`))),
    );
    const missing = lines.find(({ line }) => line >= count);
    if (!missing) return { base, lines: count };
    throw new Refusal('absent', `${chip} has ${count} lines, none of them is ${missing.line}; correct the line`);
  }
  const there = seen.length === 0 ? 'this machine shows no GPIO chip' : `there are: ${seen.join(', ')}`;
  throw new Refusal('absent', `no GPIO chip is labelled ${chip}; ${there}; correct indicator.chip`);
}

/** By their first number, so that of two with one label it is always the same. @throws Refusal on a kernel without these files */
function chipNames(files: Sysfs): readonly string[] {
  const entries = listOf(files);
  if (!entries.includes('export')) {
    throw new Refusal('unable', 'this kernel has no GPIO files (/sys/class/gpio/export); use kind: leds or kind: gpiochip');
  }
  const base = (name: string) => Number(name.slice('gpiochip'.length));
  return entries.filter((name) => /^gpiochip[0-9]+$/u.test(name)).toSorted((one, other) => base(one) - base(other));
}

function listOf(files: Sysfs): readonly string[] {
  try {
    return files.list(ROOT);
  } catch {
    return [];
  }
}

/** True: exported now; false: an output that was exported before. @throws Refusal where somebody else has it */
function exportLine(number: number, chip: string, files: Sysfs): boolean {
  if (listOf(files).includes(`gpio${number}`)) {
    takeOver(number, chip, files);
    return false;
  }
  asked(`have line ${number} of ${chip} from`, `${ROOT}/export`, () => files.write(`${ROOT}/export`, String(number)));
  return true;
}

/** An exported output may be what a killed daemon left, with its relay open; an input is somebody's button. @throws Refusal */
function takeOver(number: number, chip: string, files: Sysfs): true {
  const direction = `${ROOT}/gpio${number}/direction`;
  if (asked('read', direction, () => files.read(direction)) !== 'in') return true;
  const undo = `stop that program (left over: echo ${number} > /sys/${ROOT}/unexport), or wire and configure another line`;
  throw new Refusal('taken', `GPIO ${number} of ${chip} is exported as an input by another program; ${undo}`);
}

function isOurs(number: number, files: Sysfs): boolean {
  try {
    for (const file of ['direction', 'active_low', 'value']) files.mayWrite(`${ROOT}/gpio${number}/${file}`);
    return true;
  } catch {
    return false;
  }
}

/** An output at its inactive level without a moment at the other: active_low moves nothing, `low` and `high` ignore it. */
function putToRest({ number, activeLow }: { readonly number: number; readonly activeLow: boolean }, files: Sysfs): void {
  const steps = { active_low: activeLow ? '1' : '0', direction: activeLow ? 'high' : 'low' };
  for (const [file, text] of Object.entries(steps)) {
    const path = `${ROOT}/gpio${number}/${file}`;
    asked(`write ${text} to`, path, () => files.write(path, text));
  }
}

function unexport(number: number, files: Sysfs): void {
  try {
    files.write(`${ROOT}/unexport`, String(number));
  } catch {
    // Gone with its chip, or exported by root for this user: there is nothing to give back.
  }
}

/** @throws Refusal with the cure for what the file system said */
function asked<T>(what: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    const doing = `${what} /sys/${path}`;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new Refusal('no-permission', `no permission to ${doing}; add the user this runs as to group gpio and restart`);
    }
    if (code === 'EBUSY') {
      const cure = 'stop that (gpioinfo names it), or wire and configure another line';
      throw new Refusal('taken', `could not ${doing}: the line is held by another program or overlay; ${cure}`);
    }
    if (code === 'ENOENT' || code === 'ENODEV') {
      throw new Refusal('absent', `could not ${doing} (${code}): the chip is gone; plug it in again`);
    }
    throw new Refusal('failed', `could not ${doing} (${code}); use another line`);
  }
}

function attempt<T extends object>(work: () => T): Attempt<T> {
  try {
    return { ok: true, ...work() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);
}
