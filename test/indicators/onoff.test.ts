// Lamps, buzzer and relay through /sys/class/gpio, on files that refuse what the kernel's refuse.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Feedback } from '../../src/admission/feedback.ts';
import { patternsFor } from '../../src/config/patterns.ts';
import { driveIndicator } from '../../src/indicators/drive.ts';
import { type OnoffOptions, onoffKind } from '../../src/indicators/onoff.ts';
import { lookAtSysfsLines } from '../../src/system/gpio-sysfs.ts';
import { type GpioFiles, gpioFiles, type GpioFilesPlan } from '../fakes/gpio-files.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';

const BASE = 571;
const CHIP = { label: 'pinctrl-bcm2835', base: BASE, lines: 54 };
const CHIPS = [{ label: 'decoy', base: 512, lines: 59 }, CHIP];
const OPTIONS: OnoffOptions = {
  chip: CHIP.label,
  green: { line: 17, activeLow: false },
  red: { line: 27, activeLow: true },
  buzzer: { line: 22, kind: 'active', activeLow: false },
  relay: { line: 23, activeLow: true, pulseMs: 3000 },
};
const NUMBERS = [17, 27, 22, 23].map((line) => BASE + line);
const GRANTED: Feedback = {
  verdict: 'granted',
  reason: 'ok',
  kind: 'token',
  signal: 'granted-in',
  repeated: false,
  opens: true,
};

interface Situation {
  readonly plan?: GpioFilesPlan;
  readonly chips?: typeof CHIPS;
  readonly quiet?: boolean;
  readonly before?: (files: GpioFiles) => void;
}

function wired({ plan, chips = CHIPS, quiet = false, before }: Situation = {}) {
  const timers = virtualTimers();
  const files = gpioFiles(chips, plan);
  before?.(files);
  const faults: (string | undefined)[] = [];
  const pauses: number[] = [];
  let exit = () => {};
  const indicator = driveIndicator(onoffKind(OPTIONS, { files, pause: (ms) => pauses.push(ms) }), {
    patterns: patternsFor({ kind: 'onoff' }),
    quietHours: quiet ? { from: '00:00', to: '23:59' } : undefined,
    localTime: () => '12:00',
    report: (message) => faults.push(message),
    timers,
    atExit: (then) => {
      exit = then;
      return () => void (exit = () => {});
    },
    random: () => 0,
  });
  /** Levels on the wires of green, red, buzzer and relay. */
  const wires = (base = BASE) => [17, 27, 22, 23].map((line) => files.exported.get(base + line)?.level);
  return { timers, files, faults, pauses, indicator, wires, exit: () => exit() };
}

describe('onoff', () => {
  test('finds the chip by its label, adds its base, and lets no line be active for a moment', () => {
    const { files, faults, wires } = wired();
    expect(faults).toEqual([undefined]);
    expect([...files.exported.keys()]).toEqual(NUMBERS);
    // Each wire took exactly one level, red's and the relay's being low-active.
    expect(new Set(files.seen)).toEqual(new Set([`${BASE + 17}=0`, `${BASE + 27}=1`, `${BASE + 22}=0`, `${BASE + 23}=1`]));
    expect(files.seen).toHaveLength(4);
    expect(wires()).toEqual([false, true, false, true]);
  });

  test('a grant raises green and buzzer, and pulls the active-low relay for its time', () => {
    const { timers, indicator, wires } = wired();
    indicator.show(GRANTED);
    expect(wires()).toEqual([true, true, true, false]);
    timers.pass(120);
    expect(wires()).toEqual([true, true, false, false]);
    timers.pass(2879);
    expect(wires()).toEqual([false, true, false, false]);
    timers.pass(1);
    expect(wires()).toEqual([false, true, false, true]);
  });

  test('in quiet hours lamps work without sound', () => {
    const { indicator, wires } = wired({ quiet: true });
    indicator.show(GRANTED);
    expect(wires()).toEqual([true, true, false, false]);
  });

  test('closing puts every line to rest, then gives it back', async () => {
    const { files, indicator, timers } = wired();
    indicator.show(GRANTED);
    files.seen.splice(0);
    await indicator.close();
    expect(files.seen).toEqual([`${BASE + 17}=0`, `${BASE + 22}=0`, `${BASE + 23}=1`]);
    expect(files.exported.size).toBe(0);
    expect(timers.waiting()).toBe(0);
  });

  test('a process that leaves without closing does the same on its way out', () => {
    const { files, indicator, exit } = wired();
    indicator.show(GRANTED);
    files.seen.splice(0);
    exit();
    expect(files.seen).toEqual([`${BASE + 17}=0`, `${BASE + 22}=0`, `${BASE + 23}=1`]);
    indicator.show(GRANTED);
    expect(files.exported.size).toBe(0);
  });

  test('what a killed daemon left, its relay open, is taken over and put to rest at once', () => {
    const { files, faults, wires } = wired({
      before: (made) => {
        for (const number of NUMBERS) made.export(number, 'out', number === BASE + 17);
      },
    });
    expect(faults).toEqual([undefined]);
    expect(wires()).toEqual([false, true, false, true]);
    // No more than was needed: each wire went straight to its rest.
    expect(files.seen).toEqual([`${BASE + 17}=0`, `${BASE + 27}=1`, `${BASE + 23}=1`]);
  });

  test("somebody's button is not taken, and what was taken before it is given back", () => {
    const { files, faults } = wired({ before: (made) => made.export(BASE + 22, 'in') });
    expect(faults[0]).toBe(
      `GPIO ${BASE + 22} of pinctrl-bcm2835 is exported as an input by another program; stop that program (left over: echo ${BASE + 22} > /sys/class/gpio/unexport), or wire and configure another line`,
    );
    expect([...files.exported.keys()]).toEqual([BASE + 22]);
    expect(files.seen).toEqual([]);
  });

  test('a line that a driver holds is told as taken, and had once it is free', () => {
    const { files, faults, timers } = wired({ before: (made) => void made.held.add(BASE + 23) });
    expect(faults[0]).toBe(
      'could not have line 594 of pinctrl-bcm2835 from /sys/class/gpio/export: the line is held by another program or overlay; stop that (gpioinfo names it), or wire and configure another line',
    );
    expect(files.exported.size).toBe(0);
    files.held.clear();
    timers.pass(10_000);
    expect(faults.at(-1)).toBeUndefined();
    expect(files.exported.size).toBe(4);
  });

  test('files that udev hands over a moment later are waited for, a quarter of a second at most', () => {
    const soon = wired({ plan: { handover: 3 } });
    expect(soon.faults).toEqual([undefined]);
    expect(soon.pauses.length).toBeGreaterThan(0);
    const never = wired({ plan: { handover: Number.POSITIVE_INFINITY } });
    expect(never.faults[0]).toContain('no permission to write 0 to /sys/class/gpio/gpio588/active_low; add the user');
    expect(never.pauses.reduce((sum, ms) => sum + ms, 0)).toBe(250);
    expect(never.files.exported.size).toBe(0);
  });

  test.each<[string, Situation, string]>([
    ['a kernel without these files', { plan: { present: false } }, 'this kernel has no GPIO files (/sys/class/gpio/export)'],
    ['a user who may not export', { plan: { mayExport: false } }, 'add the user this runs as to group gpio and restart'],
    ['a chip of another name', { chips: CHIPS.slice(0, 1) }, 'no GPIO chip is labelled pinctrl-bcm2835; there are: decoy;'],
    ['no chip', { chips: [] }, 'this machine shows no GPIO chip'],
    ['a chip with too few lines', { chips: [{ ...CHIP, lines: 23 }] }, 'pinctrl-bcm2835 has 23 lines, none of them is 27'],
  ])('%s is told with what to do', (_, situation, message) => {
    const { faults, files } = wired(situation);
    expect(faults[0]).toContain(message);
    expect(files.exported.size).toBe(0);
  });

  test('a chip that goes away is noticed within 5 s, and found again where its numbers are then', () => {
    const { files, faults, timers, indicator, wires } = wired();
    files.unplug(CHIP.label);
    timers.pass(5_000);
    expect(faults[1]).toBe('pinctrl-bcm2835 no longer takes levels: it was unplugged or its driver was removed');
    files.plug({ ...CHIP, base: 700 });
    timers.pass(10_000);
    expect(faults.at(-1)).toBeUndefined();
    indicator.show(GRANTED);
    expect(wires(700)).toEqual([true, true, true, false]);
  });
});

test.each([
  ['exit', 3],
  ['throw', 1],
  ['end', 0],
])('a process that leaves by %s, its gate open, shuts it on its way out', (way, code) => {
  const root = mkdtempSync(join(tmpdir(), 'gate-reader-sys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(join(root, 'class/gpio', file, '..'), { recursive: true });
    writeFileSync(join(root, 'class/gpio', file), text);
  };
  for (const [file, text] of Object.entries({ label: 'test', base: '0', ngpio: '4' })) write(`gpiochip0/${file}`, text);
  for (const file of ['export', 'unexport']) write(file, '');
  for (const number of [1, 2, 3])
    for (const [file, text] of Object.entries({ direction: 'out', active_low: '0', value: '0' }))
      write(`gpio${number}/${file}`, text);
  const child = fileURLToPath(new URL('exit.child.ts', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [child, root, way], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([code, 'open 1\n']);
  expect(readFileSync(join(root, 'class/gpio/gpio3/value'), 'utf8')).toBe('0');
  expect(readFileSync(join(root, 'class/gpio/unexport'), 'utf8')).not.toBe('');
});

test('lookAtSysfsLines tells the base and writes nothing', () => {
  const files = gpioFiles(CHIPS);
  const lines = [{ line: 17, activeLow: false }];
  expect(lookAtSysfsLines({ chip: CHIP.label, lines }, files)).toEqual({ ok: true, base: BASE, lines: 54 });
  expect(files.exported.size).toBe(0);
  files.export(BASE + 17, 'in');
  expect(lookAtSysfsLines({ chip: CHIP.label, lines }, files)).toMatchObject({ ok: false, code: 'taken' });
  expect(lookAtSysfsLines({ chip: CHIP.label, lines }, gpioFiles(CHIPS, { mayExport: false }))).toMatchObject({
    code: 'no-permission',
  });
});
