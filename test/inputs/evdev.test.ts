// Buttons as keys of an input device, on a fake kernel whose descriptors are really polled.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type EvdevInputOptions, evdevInput } from '../../src/inputs/evdev.ts';
import { EvdevDevices, lookAtKey } from '../../src/inputs/evdev-open.ts';
import { type FakeEvdev, fakeEvdev } from '../fakes/evdev-kernel.ts';
import { eventually } from '../fakes/eventually.ts';
import { faults, machineClock as clock } from '../fakes/hearing.ts';
import { hear } from './heard.ts';

const [KEY_1, KEY_2, KEY_EXIT] = [2, 3, 174];
const BUTTONS = { keys: [KEY_1, KEY_2, KEY_EXIT, 0x2c0], switches: [0] };

function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-inputs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kernel = fakeEvdev(folder);
  const devices = new EvdevDevices(kernel);
  const wire = (options: Partial<EvdevInputOptions> = {}) => {
    const told = faults();
    const deps = { clock, report: told.report, random: () => 0.99, list: kernel.list, devices };
    return { input: evdevInput({ id: 'exit', name: 'gpio-keys', ...options }, deps), faults: told };
  };
  return { kernel, wire };
}

/** A press of a key on a device that has it, heard. */
async function pressed(kernel: FakeEvdev, path: string, code: number, heard: ReturnType<typeof hear>, told: string) {
  kernel.key(path, code, 1);
  await heard.until(told);
}

describe('evdevInput', () => {
  test('finds the device by name behind others, and tells how the key is first', async () => {
    const { kernel, wire } = bench();
    kernel.plug('Power Button', { keys: [116] });
    const path = kernel.plug('gpio-keys', BUTTONS);
    kernel.key(path, KEY_EXIT, 1);
    const { input } = wire({ key: 'KEY_EXIT' });
    const heard = hear(input);
    await heard.until('?+');
    expect(await input.opened).toBe(true);
    kernel.key(path, KEY_EXIT, 0);
    await heard.until('?+-');
  });

  test('each change with its stamp; repetition, other keys and switches of that number are no change', async () => {
    const { kernel, wire } = bench();
    const path = kernel.plug('gpio-keys', { keys: [5, 6], switches: [5] });
    const heard = hear(wire({ key: 5 }).input);
    await heard.until('?-');
    const stampedMs = clock.read().monotonicMs - 250;
    kernel.now = () => stampedMs;
    kernel.switch(path, 5, 1);
    kernel.key(path, 6, 1);
    kernel.key(path, 5, 1);
    kernel.key(path, 5, 2);
    kernel.switch(path, 5, 0);
    kernel.key(path, 5, 2);
    kernel.switch(path, 5, 1);
    kernel.key(path, 5, 0);
    await heard.until('?-+-');
    expect(heard.changes[1]).toMatchObject({ input: 'exit', active: true });
    expect(heard.changes[1]?.instant.monotonicMs).toBeCloseTo(stampedMs, 2);
  });

  test('a switch', async () => {
    const { kernel, wire } = bench();
    const path = kernel.plug('gpio-keys', BUTTONS);
    kernel.switch(path, 0, 1);
    const heard = hear(wire({ switch: 0 }).input);
    await heard.until('?+');
    kernel.switch(path, 0, 0);
    await heard.until('?+-');
    expect(heard.changes).toHaveLength(2);
  });

  test('two buttons on one device share it, and each hears its own', async () => {
    const { kernel, wire } = bench();
    const path = kernel.plug('gpio-keys', BUTTONS);
    const [one, two] = [hear(wire({ id: 'in', key: KEY_1 }).input), hear(wire({ id: 'out', key: KEY_2 }).input)];
    await Promise.all([one.until('?-'), two.until('?-')]);
    expect(kernel.opened()).toBe(1);
    await pressed(kernel, path, KEY_2, two, '?-+');
    await pressed(kernel, path, KEY_1, one, '?-+');
    expect([one.changes[1]?.input, two.changes[1]?.input]).toEqual(['in', 'out']);
    // One of them is let go: the other still hears.
    await one.stop();
    kernel.key(path, KEY_2, 0);
    await two.until('?-+-');
    await two.stop();
    await eventually('the device let go', () => kernel.opened() === 0);
  });

  test('after an overrun of the kernel the state is asked for', async () => {
    const { kernel, wire } = bench();
    const path = kernel.plug('gpio-keys', BUTTONS);
    const heard = hear(wire({ key: KEY_1 }).input);
    await heard.until('?-');
    // What is left in the buffer says pressed; that is over.
    kernel.key(path, KEY_1, 0, 'unheard');
    kernel.key(path, KEY_1, 1, 'unheard');
    await heard.until('?-+');
    kernel.key(path, KEY_1, 0);
    await heard.until('?-+-');
    expect(heard.changes[1]).not.toHaveProperty('initial');
  });

  test('who is far behind loses pairs of changes, not the last one', async () => {
    const { kernel, wire } = bench();
    const path = kernel.plug('gpio-keys', BUTTONS);
    const gate = Promise.withResolvers<void>();
    const heard = hear(wire({ key: KEY_1 }).input, ({ initial }) => (initial ? gate.promise : undefined));
    const other = hear(wire({ id: 'other', key: KEY_2 }).input);
    await Promise.all([heard.until('?-'), other.until('?-')]);
    for (let press = 0; press < 101; press += 1) kernel.key(path, KEY_1, (press + 1) % 2);
    await pressed(kernel, path, KEY_2, other, '?-+');
    gate.resolve();
    await eventually('the last change', () => heard.changes.length > 60 && heard.changes.at(-1)?.active);
    expect(heard.told).toBe(`?-${'+-'.repeat(31)}+`);
  });

  test('unplugged is a fault; plugged in under another number it is taken again, and how it is is told anew', async () => {
    const { kernel, wire } = bench();
    const first = kernel.plug('gpio-keys', BUTTONS);
    const { input, faults: told } = wire({ key: KEY_1 });
    const heard = hear(input);
    await heard.until('?-');
    kernel.unplug(first);
    await eventually('the fault', () => told.told.length === 1);
    expect(told.told[0]).toBe(
      'input device gpio-keys is gone: unplugged, or its driver was removed; plug it in again, it is taken again by itself',
    );
    const second = kernel.plug('gpio-keys', BUTTONS);
    expect(second).not.toBe(first);
    await heard.until('?-?-');
    expect([told.told.slice(1), [...told.parts], kernel.opened()]).toEqual([[undefined], ['input:exit'], 1]);
    await pressed(kernel, second, KEY_1, heard, '?-?-+');
  });

  test('a device that somebody else took is told, and had when it is free', async () => {
    const { kernel, wire } = bench();
    const path = kernel.plug('gpio-keys', BUTTONS);
    kernel.grab(path);
    const { input, faults: told } = wire({ key: KEY_1 });
    const heard = hear(input);
    expect(await input.opened).toBe(false);
    expect(told.told).toEqual([
      '/dev/input/event0 is taken by another program (fuser -v /dev/input/event0 names it); stop that, a button has one master',
    ]);
    expect(kernel.opened()).toBe(0);
    kernel.release(path);
    await heard.until('?-');
    expect(told.told.slice(1)).toEqual([undefined]);
  });

  test.each<[string, Partial<EvdevInputOptions>, string]>([
    [
      'a name',
      { name: 'buttons', key: 2 },
      'input device buttons is not there; there are: gpio-keys (/dev/input/event0), twin (/dev/input/event1), twin (/dev/input/event2); plug it in, add its overlay',
    ],
    ['a path', { name: undefined, path: '/dev/input/event9', key: 2 }, '/dev/input/event9 is not there; there are: gpio-keys'],
    ['a key', { key: 700 }, 'gpio-keys (/dev/input/event0) has no key 700; correct it, or the keycode in the overlay'],
    ['a switch', { switch: 2 }, 'gpio-keys (/dev/input/event0) has no switch 2; correct it'],
    [
      'one of two twins',
      { name: 'twin', key: 7 },
      '2 input devices are named twin and have key 7: /dev/input/event1, /dev/input/event2; name the one that is meant by its path',
    ],
  ])('%s that is not to be had is told with what there is', async (_, options, message) => {
    const { kernel, wire } = bench();
    kernel.plug('gpio-keys', BUTTONS);
    kernel.plug('twin', { keys: [7] });
    kernel.plug('twin', { keys: [7, 8] });
    const { input, faults: told } = wire(options);
    hear(input);
    expect(await input.opened).toBe(false);
    expect(told.told).toEqual([expect.stringContaining(message)]);
    expect(kernel.opened()).toBe(0);
  });

  test('of two devices with one name the one that has the key is meant', async () => {
    const { kernel, wire } = bench();
    kernel.plug('twin', { keys: [7] });
    const path = kernel.plug('twin', { keys: [7, 0x2c0] });
    const heard = hear(wire({ name: 'twin', key: 'BTN_TRIGGER_HAPPY1' }).input);
    await heard.until('?-');
    await pressed(kernel, path, 0x2c0, heard, '?-+');
    expect(heard.changes).toHaveLength(2);
  });

  test('without permission its cure is told', async () => {
    const { kernel, wire } = bench();
    kernel.deny(kernel.plug('gpio-keys', BUTTONS));
    const { input, faults: told } = wire({ key: KEY_1 });
    hear(input);
    expect(await input.opened).toBe(false);
    expect(told.told).toEqual(['no permission to open /dev/input/event0; add the user this runs as to group input and restart']);
  });
});

test('lookAtKey says how a key is also while somebody has the device, unless it should be free', () => {
  const { kernel } = bench();
  const path = kernel.plug('gpio-keys', BUTTONS);
  const look = (free: boolean) => lookAtKey({ path, control: { type: 'key', code: KEY_EXIT }, free }, kernel);
  expect(look(true)).toEqual({ ok: true, device: { active: false } });
  kernel.key(path, KEY_EXIT, 1);
  kernel.grab(path);
  expect(look(false)).toEqual({ ok: true, device: { active: true } });
  expect(look(true)).toMatchObject({ ok: false, code: 'taken' });
  kernel.release(path);
  expect([look(true).ok, kernel.opened()]).toEqual([true, 0]);
  kernel.unplug(path);
  expect(look(false)).toMatchObject({ ok: false, code: 'absent' });
});
