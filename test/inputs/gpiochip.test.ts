// A button on a line of a GPIO chip, on a fake kernel that hands out the same records through a descriptor that is really polled.

import { describe, expect, test } from 'vitest';
import { type GpioInputOptions, gpioInput } from '../../src/inputs/gpiochip.ts';
import { eventually } from '../fakes/eventually.ts';
import { type FakeGpio, fakeGpio } from '../fakes/gpio-kernel.ts';
import { faults, machineClock as clock } from '../fakes/hearing.ts';
import { hear } from './heard.ts';

const NAMES = Array.from({ length: 54 }, (_, line) => (line < 28 ? `GPIO${line}` : ''));
const HEADER = { label: 'pinctrl-rp1', lines: NAMES };
const [PATH, LINE] = ['/dev/gpiochip4', '/dev/gpiochip4:5'];
const OPTIONS: GpioInputOptions = { id: 'exit', chip: 'pinctrl-rp1', line: 'GPIO5', activeLow: true, pull: 'up', debounceMs: 30 };

function chip(header: Parameters<FakeGpio['plug']>[1] = HEADER, denied?: ReadonlySet<string>) {
  return fakeGpio({ '/dev/gpiochip0': { label: 'decoy', lines: ['A'] }, [PATH]: header }, denied);
}

function wired(options: Partial<GpioInputOptions> = {}, kernel = chip(), checkMs = 60_000) {
  const told = faults();
  const input = gpioInput({ ...OPTIONS, ...options }, { clock, report: told.report, random: () => 0.99, kernel, checkMs });
  return { kernel, input, faults: told };
}

describe('gpioInput', () => {
  test('takes the line with both edges, pull and debounce, under its own name, and tells how it is first', async () => {
    const { kernel, input, faults: told } = wired();
    const heard = hear(input);
    await heard.until('?-');
    expect(await input.opened).toBe(true);
    expect([...kernel.held]).toEqual([[LINE, 'gate-reader exit']]);
    // Input, active low, both edges, pull-up.
    expect(kernel.inputs.asked.get(LINE)).toEqual({ flags: 0x136n, debounceUs: 30_000, eventBuffer: 64 });
    expect(told.told).toEqual([]);
    expect(kernel.opened()).toBe(0);
  });

  test('each change in order, under its id, with the moment the kernel stamped by both clocks', async () => {
    const { kernel, input } = wired();
    const heard = hear(input);
    await heard.until('?-');
    const stampedMs = clock.read().monotonicMs - 250;
    kernel.inputs.now = () => stampedMs;
    const wallMs = Date.now() - 250;
    kernel.inputs.pull(LINE, false);
    kernel.inputs.pull(LINE, true);
    await heard.until('?-+-');
    const [, pressed] = heard.changes;
    expect(pressed).toMatchObject({ input: 'exit', active: true });
    expect(pressed).not.toHaveProperty('initial');
    expect(pressed?.instant.monotonicMs).toBeCloseTo(stampedMs, 3);
    expect(Math.abs((pressed?.instant.wallMs ?? 0) - wallMs)).toBeLessThan(200);
  });

  test('a stamp of another clock is not believed: the change is of now', async () => {
    const { kernel, input } = wired();
    const heard = hear(input);
    await heard.until('?-');
    const beforeMs = clock.read().monotonicMs;
    for (const [stampMs, told] of [
      [1, '?-+'],
      [beforeMs + 1e9, '?-+-'],
    ] as const) {
      kernel.inputs.now = () => stampMs;
      kernel.inputs.pull(LINE, told === '?-+-');
      await heard.until(told);
      const atMs = heard.changes.at(-1)?.instant.monotonicMs ?? 0;
      expect([atMs >= beforeMs, atMs <= clock.read().monotonicMs]).toEqual([true, true]);
    }
  });

  test('without active low, pull and debounce the request says so', async () => {
    const { kernel, input } = wired({ activeLow: false, pull: undefined, debounceMs: 0, line: 6 });
    kernel.inputs.pull(`${PATH}:6`, true);
    await hear(input).until('?+');
    expect(kernel.inputs.asked.get(`${PATH}:6`)).toEqual({ flags: 0x34n, debounceUs: 0, eventBuffer: 64 });
  });

  test('changes that were lost are made up for by the level: the last one told is the truth', async () => {
    const { kernel, input } = wired();
    const gate = Promise.withResolvers<void>();
    const heard = hear(input, ({ initial }) => (initial ? gate.promise : undefined));
    await heard.until('?-');
    kernel.inputs.pull(LINE, false);
    kernel.inputs.pull(LINE, true, 'unheard');
    kernel.inputs.pull(LINE, false);
    kernel.inputs.pull(LINE, true, 'unheard');
    gate.resolve();
    await heard.until('?-+-');
    kernel.inputs.pull(LINE, false);
    await heard.until('?-+-+');
    expect(heard.changes.at(-1)?.active).toBe(true);
  });

  test('a level that nobody told of is found when all is quiet', async () => {
    const { kernel, input } = wired({}, chip(), 20);
    const heard = hear(input);
    await heard.until('?-');
    kernel.inputs.pull(LINE, false, 'unheard');
    await heard.until('?-+');
    expect(heard.changes.at(-1)).not.toHaveProperty('initial');
  });

  test('an edge from before the first look is no second change', async () => {
    const { kernel, input } = wired();
    const gate = Promise.withResolvers<void>();
    const values = kernel.inputs.values;
    // The button is pressed after the line was taken and before it is first looked at.
    kernel.inputs.values = (fd, bytes) => {
      kernel.inputs.values = values;
      kernel.inputs.pull(LINE, false);
      return values(fd, bytes);
    };
    const heard = hear(input, ({ initial }) => (initial ? gate.promise : undefined));
    await heard.until('?+');
    gate.resolve();
    kernel.inputs.pull(LINE, true);
    await heard.until('?+-');
    expect(heard.changes).toHaveLength(2);
  });

  test('aborting ends a pending read at once and gives the line back', async () => {
    const { kernel, input, faults: told } = wired();
    const heard = hear(input);
    await heard.until('?-');
    await heard.stop();
    expect([kernel.held.size, told.told]).toEqual([0, []]);
  });

  test('a chip that goes away is a fault; back under another number it is taken again, and how it is is told anew', async () => {
    const { kernel, input, faults: told } = wired();
    const heard = hear(input);
    await heard.until('?-');
    kernel.unplug(PATH);
    await eventually('the fault', () => told.told.length === 1);
    expect(told.told[0]).toBe(
      'pinctrl-rp1 is gone: unplugged, or its driver was removed; plug it in again, it is taken again by itself',
    );
    expect(kernel.held.size).toBe(0);
    kernel.inputs.pull('/dev/gpiochip7:5', false);
    kernel.plug('/dev/gpiochip7', HEADER);
    await heard.until('?-?+');
    expect([told.told.slice(1), [...told.parts]]).toEqual([[undefined], ['input:exit']]);
    kernel.inputs.pull('/dev/gpiochip7:5', true);
    await heard.until('?-?+-');
  });

  test('a chip whose removal nobody tells of is noticed all the same', async () => {
    const { kernel, input, faults: told } = wired({}, chip(), 20);
    const heard = hear(input);
    await heard.until('?-');
    kernel.inputs.values = () => -19;
    await eventually('the fault', () => told.told.length === 1);
  });

  test('a line that is taken is told with its holder, and had when it is free', async () => {
    const { kernel, input, faults: told } = wired({}, chip({ ...HEADER, taken: { 5: 'spi0 CS0' } }));
    const heard = hear(input);
    expect(await input.opened).toBe(false);
    expect(told.told).toEqual([
      'line 5 (GPIO5) of /dev/gpiochip4 is held by "spi0 CS0"; stop that, or wire and configure another line',
    ]);
    kernel.held.delete(LINE);
    await heard.until('?-');
    expect(told.told.slice(1)).toEqual([undefined]);
  });

  test.each<[string, Partial<GpioInputOptions>, string]>([
    ['a chip by label', { chip: 'pinctrl-bcm2711' }, 'no GPIO chip is labelled pinctrl-bcm2711; there are: decoy, pinctrl-rp1'],
    ['a chip by path', { chip: '/dev/gpiochip9' }, '/dev/gpiochip9 is not there (ENOENT); correct chip in the configuration'],
    ['a line by name', { line: 'GPIO99' }, '(pinctrl-rp1) has 54 lines, none of them is GPIO99; correct the line'],
    ['a line by offset', { line: 54 }, '(pinctrl-rp1) has 54 lines, none of them is 54; correct the line'],
  ])('%s that is not there is told with what is', async (_, options, message) => {
    const { kernel, input, faults: told } = wired(options);
    hear(input);
    expect(await input.opened).toBe(false);
    expect(told.told[0]).toContain(message);
    expect(kernel.opened()).toBe(0);
  });

  test('a chip without permission and one without interrupts are told with their cure', async () => {
    const denied = wired({}, chip(HEADER, new Set([PATH])));
    hear(denied.input);
    expect(await denied.input.opened).toBe(false);
    expect(denied.faults.told).toEqual([
      'no permission to open /dev/gpiochip4; add the user this runs as to group gpio and restart',
    ]);
    const deaf = wired({}, chip({ ...HEADER, deaf: true }));
    hear(deaf.input);
    expect(await deaf.input.opened).toBe(false);
    expect(deaf.faults.told).toEqual([
      '/dev/gpiochip4 does not tell when line 5 (GPIO5) changes (no interrupts); use a line of another chip',
    ]);
  });
});
