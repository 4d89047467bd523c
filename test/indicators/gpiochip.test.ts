// Lamps, buzzer and relay on the lines of a GPIO chip, on a fake kernel that reads the same structures as the real one.

import { describe, expect, test } from 'vitest';
import type { Feedback } from '../../src/admission/feedback.ts';
import { patternsFor } from '../../src/config/patterns.ts';
import { driveIndicator } from '../../src/indicators/drive.ts';
import { type GpioChipOptions, gpioChipKind } from '../../src/indicators/gpiochip.ts';
import type { Sysfs } from '../../src/system/sysfs.ts';
import { fakeGpio } from '../fakes/gpio-kernel.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';

const NAMES = Array.from({ length: 54 }, (_, line) => (line < 28 ? `GPIO${line}` : ''));
const CHIPS = { '/dev/gpiochip0': { label: 'decoy', lines: ['A'] }, '/dev/gpiochip4': { label: 'pinctrl-rp1', lines: NAMES } };
const OPTIONS: GpioChipOptions = {
  chip: 'pinctrl-rp1',
  green: { line: 'GPIO17', activeLow: false },
  red: { line: 27, activeLow: false },
  buzzer: { line: 'GPIO22', kind: 'active', activeLow: false },
  relay: { line: 'GPIO23', activeLow: true, pulseMs: 3000 },
};
const GRANTED: Feedback = {
  verdict: 'granted',
  reason: 'ok',
  kind: 'token',
  signal: 'granted-in',
  repeated: false,
  opens: true,
};

/** A PWM chip with one channel, as a record of what was written. */
function pwmChip() {
  const written: string[] = [];
  let [period, duty] = [0, 0];
  const files: Sysfs = {
    list: () => (written.includes('export=2') ? ['export', 'pwm2'] : ['export']),
    read: () => '',
    mayWrite: () => undefined,
    write: (path, text) => {
      const file = path.split('/').at(-1) ?? '';
      if (file === 'period') period = Number(text);
      if (file === 'duty_cycle') duty = Number(text);
      if (duty > period) throw Object.assign(new Error('EINVAL'), { code: 'EINVAL' });
      written.push(`${file}=${text}`);
    },
  };
  return { written, files };
}

function wired(options: Partial<GpioChipOptions> = {}, kernel = fakeGpio(CHIPS)) {
  const timers = virtualTimers();
  const faults: (string | undefined)[] = [];
  const pwm = pwmChip();
  const indicator = driveIndicator(gpioChipKind({ ...OPTIONS, ...options }, { files: pwm.files, kernel }), {
    patterns: patternsFor({ kind: 'gpiochip' }),
    localTime: () => '12:00',
    report: (message) => faults.push(message),
    timers,
    atExit: () => () => undefined,
    random: () => 0,
  });
  const level = (line: number) => kernel.levels.get(`/dev/gpiochip4:${line}`);
  return { timers, kernel, faults, indicator, level, pwm };
}

describe('gpiochip', () => {
  test('finds chip and lines by name, holds them under its own name, all inactive from the start', () => {
    const { kernel, faults } = wired();
    expect(faults).toEqual([undefined]);
    expect([...kernel.held]).toEqual([17, 27, 22, 23].map((line) => [`/dev/gpiochip4:${line}`, 'gate-reader']));
    expect(kernel.seen).toEqual(['17=0', '27=0', '22=0', '23=1'].map((text) => `/dev/gpiochip4:${text}`));
    expect(kernel.opened()).toBe(1);
  });

  test('a grant raises green and buzzer, and pulls the active-low relay for its time', () => {
    const { timers, indicator, level } = wired();
    indicator.show(GRANTED);
    expect([17, 27, 22, 23].map(level)).toEqual([true, false, true, false]);
    timers.pass(120);
    expect(level(22)).toBe(false);
    timers.pass(1380);
    expect([17, 23].map(level)).toEqual([false, false]);
    timers.pass(1499);
    expect(level(23)).toBe(false);
    timers.pass(1);
    expect(level(23)).toBe(true);
  });

  test('a grant during a pulse lengthens it; a denial neither cuts nor lengthens it', () => {
    const { timers, indicator, level } = wired();
    indicator.show(GRANTED);
    timers.pass(2000);
    indicator.show(GRANTED);
    timers.pass(2000);
    indicator.show({ ...GRANTED, verdict: 'denied', reason: 'expired', signal: 'denied', opens: false });
    timers.pass(999);
    expect([level(23), level(27)]).toEqual([false, true]);
    timers.pass(1);
    expect(level(23)).toBe(true);
  });

  test('closing sets every line inactive and gives it back, also in the middle of a pulse', async () => {
    const { timers, indicator, level, kernel } = wired();
    indicator.rest('fault');
    indicator.show(GRANTED);
    await indicator.close();
    expect([17, 27, 22, 23].map(level)).toEqual([false, false, false, true]);
    expect([kernel.held.size, kernel.opened(), timers.waiting()]).toEqual([0, 0, 0]);
  });

  test('a line that is taken is told with its holder, and had when it is free', () => {
    const kernel = fakeGpio({ ...CHIPS, '/dev/gpiochip4': { label: 'pinctrl-rp1', lines: NAMES, taken: { 27: 'spi0 CS0' } } });
    const { faults, timers } = wired({}, kernel);
    expect(faults).toEqual([
      'line 27 (GPIO27) of /dev/gpiochip4 is held by "spi0 CS0"; stop that, or wire and configure another line',
    ]);
    expect(kernel.opened()).toBe(0);
    kernel.held.delete('/dev/gpiochip4:27');
    timers.pass(10_000);
    expect(faults.at(-1)).toBeUndefined();
  });

  test.each<[string, Partial<GpioChipOptions>, string]>([
    ['a chip by label', { chip: 'pinctrl-bcm2711' }, 'no GPIO chip is labelled pinctrl-bcm2711; there are: decoy, pinctrl-rp1'],
    ['a chip by path', { chip: '/dev/gpiochip9' }, '/dev/gpiochip9 is not there (ENOENT)'],
    ['a line by name', { red: { line: 'GPIO99', activeLow: false } }, '(pinctrl-rp1) has 54 lines, none of them is GPIO99'],
    ['a line by offset', { red: { line: 54, activeLow: false } }, '(pinctrl-rp1) has 54 lines, none of them is 54'],
  ])('%s that is not there is told with what is', (_, options, message) => {
    const { faults, kernel } = wired(options);
    expect(faults[0]).toContain(message);
    expect(kernel.opened()).toBe(0);
  });

  test('a chip without permission is told with its cure', () => {
    expect(wired({}, fakeGpio(CHIPS, new Set(['/dev/gpiochip4']))).faults[0]).toBe(
      'no permission to open /dev/gpiochip4; add the user this runs as to group gpio and restart',
    );
  });

  test('a chip that goes away is noticed within 5 s', () => {
    const { kernel, faults, timers } = wired();
    kernel.unplug('/dev/gpiochip4');
    timers.pass(5_000);
    expect(faults[1]).toBe('pinctrl-rp1 no longer takes levels: it was unplugged or its driver was removed');
    expect(kernel.opened()).toBe(0);
  });

  test('a passive buzzer on a plain line gets the rhythm of its tones', () => {
    const { timers, indicator, level } = wired({ buzzer: { line: 22, kind: 'passive', activeLow: false } });
    indicator.show({ ...GRANTED, signal: 'unreadable', opens: false });
    expect(level(22)).toBe(true);
    timers.pass(80);
    expect(level(22)).toBe(false);
    timers.pass(80);
    expect(level(22)).toBe(true);
  });

  test('a passive buzzer on PWM gets its pitch, half on and half off, and silence', async () => {
    const { timers, indicator, pwm } = wired({ buzzer: { pwm: { chip: 'pwmchip0', channel: 2 } } });
    expect(pwm.written.splice(0)).toEqual(['export=2', 'enable=0']);
    pwm.written.push('export=2');
    indicator.show({ ...GRANTED, signal: 'attention', opens: false });
    timers.pass(400);
    expect(pwm.written.slice(1)).toEqual([
      'duty_cycle=0',
      'period=1000000',
      'duty_cycle=500000',
      'enable=1',
      'duty_cycle=0',
      'period=769231',
      'duty_cycle=384615',
      'enable=1',
    ]);
    await indicator.close();
    expect(pwm.written.at(-1)).toBe('enable=0');
  });
});
