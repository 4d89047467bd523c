// The configuration of buttons and contacts: what each kind and role takes, its defaults, and what is refused.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KEY_NAMES, keyCode } from '../../src/system/key-codes.ts';
import { configurationOf, faultsOf, loadText, SMALL, told } from './folder.ts';

const load = (...inputs: string[]) => loadText(`${SMALL}inputs: [${inputs.map((input) => `{ ${input} }`).join(', ')}]\n`);
const LINE = 'kind: gpiochip, chip: pinctrl-rp1';
const KEY = 'kind: evdev, name: gpio-keys';

describe('inputs', () => {
  test('there are none unless configured', () => {
    expect(configurationOf(loadText(SMALL)).inputs).toEqual([]);
  });

  test('every role, with its defaults: 30 ms for buttons and contacts, 5 ms for a turn', () => {
    const { inputs } = configurationOf(
      load(
        `id: exit-button, ${LINE}, line: GPIO5, activeLow: true, pull: up, debounceMs: 30, role: exit-request`,
        `id: go-in, ${KEY}, key: KEY_1, role: direction, direction: in`,
        `id: door, ${LINE}, line: 6, role: door`,
        `id: cabinet, ${LINE}, line: 13, role: tamper`,
        `id: turn, ${LINE}, line: 19, role: turn`,
      ),
    );
    const line = { kind: 'gpiochip', chip: 'pinctrl-rp1', activeLow: false, debounceMs: 30 };
    expect(inputs).toEqual([
      { ...line, id: 'exit-button', line: 'GPIO5', activeLow: true, pull: 'up', role: 'exit-request' },
      { id: 'go-in', kind: 'evdev', name: 'gpio-keys', key: 'KEY_1', role: 'direction', direction: 'in', holdSeconds: 10 },
      { ...line, id: 'door', line: 6, role: 'door', heldOpenSeconds: 30 },
      { ...line, id: 'cabinet', line: 13, role: 'tamper' },
      { ...line, id: 'turn', line: 19, debounceMs: 5, role: 'turn', withinSeconds: 8 },
    ]);
  });

  test('a turnstile may have a contact for each way', () => {
    const turn = (id: string, line: number, way: string) => `id: ${id}, ${LINE}, line: ${line}, role: turn, direction: ${way}`;
    expect(configurationOf(load(turn('a', 1, 'in'), turn('b', 2, 'out'))).inputs).toHaveLength(2);
    expect(told(load(turn('a', 1, 'in'), turn('b', 2, 'in')))).toEqual([
      expect.stringContaining('inputs[1].role fault.turn-twice'),
    ]);
  });

  test.each([
    [`id: a, ${LINE}, role: door`, 'inputs[0].line fault.missing'],
    [`id: a, ${LINE}, line: 1`, 'inputs[0].role fault.missing'],
    [`id: a, ${LINE}, line: 1, role: gate`, 'inputs[0].role fault.choice'],
    [`id: a, kind: wire, line: 1, role: door`, 'inputs[0].kind fault.choice'],
    [`id: A, ${LINE}, line: 1, role: door`, 'inputs[0].id fault.slug'],
    [`id: a, ${LINE}, line: 1, role: direction`, 'inputs[0].direction fault.missing'],
    [`id: a, ${LINE}, line: 1, role: direction, direction: both`, 'inputs[0].direction fault.choice'],
    [`id: a, ${LINE}, line: 1, role: direction, direction: in, holdSeconds: 61`, 'inputs[0].holdSeconds fault.too-big'],
    [`id: a, ${LINE}, line: 1, role: door, heldOpenSeconds: 0`, 'inputs[0].heldOpenSeconds fault.too-small'],
    [`id: a, ${LINE}, line: 1, role: turn, withinSeconds: 121`, 'inputs[0].withinSeconds fault.too-big'],
    [`id: a, ${LINE}, line: 1, role: door, debounceMs: 1001`, 'inputs[0].debounceMs fault.too-big'],
    [`id: a, ${LINE}, line: 1, role: door, pull: strong`, 'inputs[0].pull fault.choice'],
    [`id: a, ${KEY}, role: door`, 'inputs[0] fault.input-key'],
    [`id: a, ${KEY}, key: KEY_1, switch: 0, role: door`, 'inputs[0] fault.input-key'],
    [`id: a, ${KEY}, path: /dev/input/event0, key: 1, role: door`, 'inputs[0] fault.input-device'],
    ['id: a, kind: evdev, key: 1, role: door', 'inputs[0] fault.input-device'],
    ['id: a, kind: evdev, path: event0, key: 1, role: door', 'inputs[0].path fault.input-path'],
    [`id: a, ${KEY}, key: KEY_NOWHERE, role: door`, 'inputs[0].key fault.key-name'],
    [`id: a, ${KEY}, key: 768, role: door`, 'inputs[0].key fault.too-big'],
    [`id: a, ${KEY}, key: true, role: door`, 'inputs[0].key fault.key-name'],
    [`id: a, ${KEY}, key: 1, pull: up, role: door`, 'inputs[0].pull fault.unknown'],
  ])('refuses %s', (input, fault) => {
    expect(told(load(input)).map((text) => text.replace(/^\S+ /, ''))).toEqual([fault]);
  });

  test('a key of another role is unknown, and what is known is that of its own', () => {
    const [fault] = faultsOf(load(`id: a, ${LINE}, line: 1, role: tamper, heldOpenSeconds: 3`));
    expect(fault).toMatchObject({ key: 'inputs[0].heldOpenSeconds', code: 'config.fault.unknown' });
    expect(fault?.message).toBe('is not a known key; known here: id, kind, chip, line, activeLow, pull, debounceMs, role');
  });

  test.each([
    ['an id', `id: a, ${LINE}, line: 2, role: tamper`, 'inputs[1].id fault.input-id-twice'],
    ['a line', `id: b, ${LINE}, line: 1, role: tamper`, 'inputs[1].line fault.input-twice'],
  ])('%s twice is a fault', (_, second, fault) => {
    const faults = told(load(`id: a, ${LINE}, line: 1, role: door`, second));
    expect(faults.map((text) => text.replace(/^\S+ /, ''))).toEqual([fault]);
  });

  test('a key twice is a fault, also where one is named and one numbered; on another device it is not', () => {
    const first = `id: a, ${KEY}, key: KEY_EXIT, role: exit-request`;
    const [fault, ...more] = faultsOf(load(first, `id: b, ${KEY}, key: 174, role: tamper`));
    expect([fault?.key, fault?.code, more]).toEqual(['inputs[1].key', 'config.fault.input-twice', []]);
    expect(fault?.message).toBe('174 is already used by inputs[0]; one line or key serves one purpose');
    expect(load(first, 'id: b, kind: evdev, name: other, key: KEY_EXIT, role: tamper').ok).toBe(true);
  });

  test("a lamp's line is no input's", () => {
    const indicator = 'indicator: { kind: gpiochip, chip: pinctrl-rp1, green: { line: 17 }, red: { line: 27 } }\n';
    const inputs = (line: number, chip: string) =>
      `inputs: [{ id: a, kind: gpiochip, chip: ${chip}, line: ${line}, role: door }]\n`;
    const [fault] = faultsOf(loadText(SMALL + indicator + inputs(27, 'pinctrl-rp1')));
    expect(fault?.message).toBe('27 is already used by indicator.red; one line or key serves one purpose');
    expect(loadText(SMALL + indicator + inputs(5, 'pinctrl-rp1')).ok).toBe(true);
    expect(loadText(SMALL + indicator + inputs(27, 'other')).ok).toBe(true);
  });
});

const HEADER = '/usr/include/linux/input-event-codes.h';

test.runIf(existsSync(HEADER))("the names of keys have the kernel header's numbers", () => {
  const header = new Map(
    [...readFileSync(HEADER, 'utf8').matchAll(/^#define\s+((?:KEY|BTN)_\w+)\s+(0x[0-9a-f]+|\d+)\b/gmu)].map(
      ([, name = '', number]) => [name, Number(number)],
    ),
  );
  expect(KEY_NAMES.map((name) => [name, keyCode(name)])).toEqual(KEY_NAMES.map((name) => [name, header.get(name)]));
});
