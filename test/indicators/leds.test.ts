// Lamps, buzzer and relay as LEDs of the kernel, on a fake of the LED class that refuses what the real one refuses.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noticeOf } from '../../src/admission/notice.ts';
import { ledsKind, lookAtLeds } from '../../src/indicators/leds.ts';
import { sysfs } from '../../src/system/sysfs.ts';
import { ledClass } from '../fakes/led-class.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';
import { DENIED, GRANTED, LABELS, OPTIONS, wired } from './wired-leds.ts';

describe('leds', () => {
  test('a grant opens the relay, lights green and sounds, and the kernel ends the pulse', () => {
    const { timers, indicator, took } = wired();
    indicator.show(GRANTED);
    timers.pass(10_000);
    expect(took()).toEqual(['0 relay on', '0 green on', '0 buzzer on', '120 buzzer off', '1500 green off', '3000 relay off']);
  });

  test('the exit button opens the relay as a grant does; an alarm opens nothing, and comes again after the scan that cut it off', () => {
    const { timers, indicator, took } = wired();
    indicator.announce(noticeOf('exit-request'));
    timers.pass(10_000);
    expect(took().filter((line) => /relay|green/.test(line))).toEqual([
      '0 relay on',
      '0 green on',
      '250 green off',
      '500 green on',
      '750 green off',
      '1000 green on',
      '2500 green off',
      '3000 relay off',
    ]);
    indicator.announce(noticeOf('forced'));
    timers.pass(1_000);
    const alarm = took();
    expect(alarm.filter((line) => line.endsWith('red on'))).toEqual([
      '10000 red on',
      '10250 red on',
      '10500 red on',
      '10750 red on',
      '11000 red on',
    ]);
    expect(alarm.filter((line) => /relay|green/.test(line))).toEqual([]);
    indicator.show(GRANTED);
    timers.pass(5_000);
    const red = took().filter((line) => line.includes('red'));
    expect(red.slice(0, 2)).toEqual(['11000 red off', '12500 red on']);
  });

  test('a daemon that dies right after the shot leaves no open gate', () => {
    const { timers, files, indicator } = wired();
    // Dead: its own timers never come, the kernel's do.
    const dead = { ...timers, after: () => () => undefined };
    const drive = ledsKind(OPTIONS, { files }).open(dead);
    void indicator;
    drive.pulse();
    expect(files.lit('relay')).toBe(true);
    timers.pass(3000);
    expect(files.lit('relay')).toBe(false);
  });

  test('a denial does not cut the pulse of the one before, nor opens', () => {
    const { timers, indicator, took } = wired();
    indicator.show(GRANTED);
    timers.pass(1000);
    indicator.show(DENIED);
    timers.pass(10_000);
    expect(took().filter((line) => line.includes('relay'))).toEqual(['0 relay on', '3000 relay off']);
  });

  test('whoever is granted during a pulse gets one of their own, right after, one for all of them', () => {
    const { timers, indicator, took } = wired();
    indicator.show(GRANTED);
    timers.pass(2900);
    indicator.show(GRANTED);
    indicator.show(GRANTED);
    timers.pass(20_000);
    expect(took().filter((line) => line.includes('relay'))).toEqual([
      '0 relay on',
      '3000 relay off',
      '3040 relay on',
      '6040 relay off',
    ]);
  });

  test('a repeat opens nothing', () => {
    const { timers, indicator, took } = wired();
    indicator.show({ ...GRANTED, reason: 'repeat', repeated: true, opens: false });
    timers.pass(10_000);
    expect(took()).toEqual(['0 green on', '0 buzzer on', '30 buzzer off', '1500 green off']);
  });

  test('the fault lamp is blinked by the kernel and gives way to a verdict', () => {
    const { timers, indicator, took, files } = wired();
    indicator.rest('fault');
    timers.pass(4_500);
    expect(
      took()
        .filter((line) => line.includes('red'))
        .slice(-3),
    ).toEqual(['2000 red on', '3000 red off', '4000 red on']);
    expect(files.read('class/leds/red/trigger')).toContain('[timer]');
    indicator.show(GRANTED);
    expect([files.lit('red'), files.lit('green')]).toEqual([false, true]);
    expect(files.read('class/leds/red/trigger')).toContain('[none]');
    timers.pass(1_600);
    expect(files.read('class/leds/red/trigger')).toContain('[timer]');
  });

  test('a denial is steady red also after a blink', () => {
    const { timers, indicator, files, took } = wired();
    indicator.rest('fault');
    indicator.show(DENIED);
    expect(files.read('class/leds/red/trigger')).toContain('[none]');
    took();
    timers.pass(3_999);
    expect(took().filter((line) => line.includes('red'))).toEqual([]);
    expect(files.lit('red')).toBe(true);
  });

  test('a fault lamp that comes back is left to the kernel again', () => {
    const { timers, indicator, files } = wired();
    indicator.rest('fault');
    files.unplug('red');
    timers.pass(5_000);
    files.plug('red');
    timers.pass(10_000);
    expect(files.read('class/leds/red/trigger')).toContain('[timer]');
    expect(files.read('class/leds/red/delay_on')).toBe('1000');
  });

  test('a fault lamp that was never there is left to the kernel when it appears', () => {
    const { timers, indicator, files } = wired({ labels: ['green', 'buzzer', 'relay'] });
    indicator.rest('fault');
    timers.pass(60_000);
    files.plug('red');
    timers.pass(10_000);
    expect(files.read('class/leds/red/trigger')).toContain('[timer]');
  });

  test('a user who may not set the blink times blinks by hand', () => {
    const { timers, indicator, took, faults } = wired({ locked: ['red/delay_on'] });
    indicator.rest('fault');
    timers.pass(2_000);
    expect(faults).toEqual([undefined]);
    expect(took().filter((line) => line.includes('red'))).toEqual(['0 red on', '1000 red off', '2000 red on']);
  });

  test('quiet hours: lamps and relay without sound', () => {
    const { timers, indicator, took } = wired({ localTime: '05:59' });
    indicator.show(GRANTED);
    timers.pass(10_000);
    expect(took().filter((line) => line.includes('buzzer'))).toEqual([]);
  });

  test('closing leaves lamps and buzzer off, and the pulse to the kernel', async () => {
    const { timers, indicator, files } = wired();
    indicator.rest('fault');
    indicator.show(GRANTED);
    await indicator.close();
    expect(LABELS.map((label) => files.lit(label))).toEqual([false, false, false, true]);
    indicator.show(GRANTED);
    timers.pass(3_000);
    expect(LABELS.map((label) => files.lit(label))).toEqual([false, false, false, false]);
    expect(timers.waiting()).toBeLessThanOrEqual(1);
  });

  test('a label that is not there is told once with those there are, and opened when it appears', () => {
    const { timers, files, faults, indicator, took } = wired({ labels: ['green', 'red', 'relay'] });
    expect(faults[0]).toBe(
      'no LED is labelled buzzer; there are: green, red, relay; add dtoverlay=gpio-led, or correct the label',
    );
    indicator.show(GRANTED);
    timers.pass(3_600_000);
    files.plug('buzzer');
    timers.pass(10_000);
    expect(faults.at(-1)).toBeUndefined();
    expect(new Set(faults).size).toBe(2);
    // The grant of an hour ago opens nothing now.
    expect(took().filter((line) => line.includes('relay'))).toEqual([]);
    indicator.show(GRANTED);
    expect(files.lit('relay')).toBe(true);
  });

  test('one that goes away while nothing is shown is noticed, and back when it is', () => {
    const { timers, files, faults } = wired();
    files.unplug('green');
    timers.pass(5_000);
    expect(faults.at(-1)).toContain('no LED is labelled green');
    files.plug('green');
    timers.pass(10_000);
    expect(faults.at(-1)).toBeUndefined();
  });

  test('a LED that this user may not write is told with its cure', () => {
    expect(wired({ locked: ['relay/trigger'] }).faults[0]).toBe(
      'no permission to write oneshot to /sys/class/leds/relay/trigger; install the udev rules and restart',
    );
  });

  test('a relay whose trigger is set already keeps it: its files belong to this user', () => {
    const timers = virtualTimers();
    const files = ledClass(LABELS, timers);
    files.write('class/leds/relay/trigger', 'oneshot');
    files.locked.add('relay/trigger');
    expect(() => ledsKind(OPTIONS, { files }).open(timers)).not.toThrow();
    expect(files.read('class/leds/relay/delay_on')).toBe('3000');
  });
});

test('lookAtLeds writes nothing and names what is missing', () => {
  const files = ledClass(['green', 'red'], virtualTimers());
  expect(lookAtLeds({ green: { label: 'green' }, red: { label: 'red' } }, files).ok).toBe(true);
  expect(lookAtLeds(OPTIONS, files)).toMatchObject({ ok: false, code: 'absent' });
  files.locked.add('red/brightness');
  expect(lookAtLeds({ green: { label: 'green' }, red: { label: 'red' } }, files)).toMatchObject({ code: 'no-permission' });
  expect(files.seen).toEqual([]);
});

test('sysfs writes whole texts and never makes a file', () => {
  const root = mkdtempSync(join(tmpdir(), 'gate-reader-sys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'class/leds/green'), { recursive: true });
  writeFileSync(join(root, 'class/leds/green/brightness'), '0\n');
  const files = sysfs(root);
  files.write('class/leds/green/brightness', '1');
  expect(readFileSync(join(root, 'class/leds/green/brightness'), 'utf8')[0]).toBe('1');
  expect(files.read('class/leds/green/brightness')).toBe('1');
  expect(() => files.write('class/leds/green/shot', '1')).toThrow('ENOENT');
  expect(files.list('class/leds/green')).toEqual(['brightness']);
});
