// hardware/wiring.json against itself, the program's configuration and example, and the files that are made from it.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { billRows } from '../../scripts/hardware/bill.ts';
import { bootPull, headerPin, pinOf } from '../../scripts/hardware/header.ts';
import { chipYaml, configTxt, inputsYaml, ledsYaml, toneYaml } from '../../scripts/hardware/snippets.ts';
import { wireList } from '../../scripts/hardware/wire-list.ts';
import { wiringFiles } from '../../scripts/hardware/wiring-files.ts';
import { activeLow, wiringPlan } from '../../scripts/hardware/wiring-plan.ts';
import { loadConfiguration } from '../../src/config/load.ts';

const plan = wiringPlan();
const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'gate-reader-wiring-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('hardware/wiring.json', () => {
  test('uses no header pin twice', () => {
    const { outputs, tone, inputs, power, reserved } = plan;
    const lines = [...outputs, tone, ...inputs, ...reserved].map(({ bcm }) => pinOf(bcm));
    const pins = [...lines, ...power.map(({ pin }) => pin)];
    expect(new Set(pins).size).toBe(pins.length);
    expect(pins.length).toBeGreaterThanOrEqual(16);
  });

  test('has its outputs on lines that are pulled down at power-on', () => {
    for (const { bcm } of [...plan.outputs, plan.tone]) expect(bootPull(bcm), `GPIO${bcm}`).toBe('down');
  });

  test('calls power pins what they are', () => {
    for (const { pin, is } of plan.power) expect(headerPin(pin)).toBe(is);
  });

  test('puts a passive buzzer where there is PWM', () => {
    expect([12, 13, 18, 19]).toContain(plan.tone.bcm);
  });

  test('has an alarm for a cut wire where somebody might cut one', () => {
    for (const input of plan.inputs) expect(activeLow(input), input.id).toBe(!['door', 'tamper'].includes(input.role));
  });

  test('names every terminal, label, channel and id once', () => {
    const { inputs, outputs } = plan;
    for (const names of [inputs.map(({ id }) => id), inputs.map(({ terminal }) => terminal), outputs.map(({ label }) => label)]) {
      expect(new Set(names).size).toBe(names.length);
    }
    expect(outputs.map(({ channel }) => channel)).toEqual([1, 2, 3, 4]);
  });
});

describe('config/example.yaml', () => {
  const example = read('config/example.yaml');
  const bcmOf = (name: string) => plan.outputs.find(({ key }) => key === name)?.bcm;

  test('names the same lines for outputs', () => {
    const named = [...example.matchAll(/\b(green|red|buzzer|relay): \{ line: (?:GPIO)?(\d+)/gu)];
    expect(named.map(([, key]) => key)).toEqual(expect.arrayContaining(['green', 'red', 'buzzer']));
    for (const [, key = '', line] of named) expect(Number(line), key).toBe(bcmOf(key));
  });

  test('names the same labels, chips and PWM channel', () => {
    for (const { label, key } of plan.outputs) expect(example).toContain(`${key}: { label: ${label}`);
    for (const { chip } of plan.models) expect(example).toContain(chip);
    const pi5 = plan.models.find(({ id }) => id === 'pi5');
    expect(example).toContain(`pwm: { chip: ${pi5?.pwm.chip}, channel: ${pi5?.pwm.channel} }`);
  });

  test('names the same lines for inputs', () => {
    for (const [, line, role] of example.matchAll(/line: (?:GPIO)?(\d+)[^}]*\brole: ([a-z-]+)/gu)) {
      expect(plan.inputs.filter((input) => input.role === role).map(({ bcm }) => bcm)).toContain(Number(line));
    }
  });
});

describe('snippets', () => {
  const schema = JSON.parse(read('config/gate-reader.schema.json')) as { properties: object };
  const loads = (text: string) => {
    const file = join(folder, 'gate-reader.yaml');
    writeFileSync(file, `site: a\nreader: b\nscanners: [{ id: stdin, kind: stdin }]\n${text}`);
    return loadConfiguration({ file, environment: {} });
  };

  test.each(plan.models)('$name: the program takes the YAML', (model) => {
    const inputs = 'inputs' in schema.properties ? inputsYaml(plan, model) : '';
    expect(loads(ledsYaml(plan) + inputs)).toMatchObject({ ok: true });
    expect(loads(chipYaml(plan, model) + inputs)).toMatchObject({ ok: true });
    const passive = chipYaml(plan, model).replace(/buzzer: .*/u, toneYaml(model));
    expect(passive).toContain('pwm');
    expect(loads(passive)).toMatchObject({ ok: true });
  });

  test.each(plan.models)('$name: inputs have the shape of the configuration', (model) => {
    const { inputs } = parse(inputsYaml(plan, model)) as { inputs: Record<string, unknown>[] };
    expect(inputs.map(({ id, line, role, chip }) => ({ id, line, role, chip }))).toEqual(
      plan.inputs.map(({ id, bcm, role }) => ({ id, line: `GPIO${bcm}`, role, chip: model.chip })),
    );
  });

  test.each(plan.models)('$name: config.txt says no line twice and is short enough for the firmware', (model) => {
    const lines = configTxt(plan, model).split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(98);
    expect(lines).toContain(`[${model.filter}]`);
    const watchdog = lines.indexOf('dtparam=watchdog=on');
    expect(watchdog).toBeGreaterThan(0);
    expect(lines.findIndex((line) => line.startsWith('dtoverlay'))).toBeGreaterThan(watchdog);
    const owned = lines.flatMap((line) => /^dtoverlay=gpio-led,gpio=(\d+)/u.exec(line)?.[1] ?? []).map(Number);
    expect(owned).toEqual(plan.outputs.map(({ bcm }) => bcm));
    expect(lines).toContain(`gpio=${owned.toSorted((a, b) => a - b).join(',')}=op,dl`);
  });
});

describe('wireList', () => {
  const wires = wireList(plan);
  const drawing = read('hardware/wiring.svg');

  test('has every number once, and every number is in the picture', () => {
    const numbers = wires.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const drawn = [...drawing.matchAll(/r="9\.5"[^>]*\/><text[^>]*>(\d+)</gu)].map(([, number]) => Number(number));
    expect(drawn.toSorted((a, b) => a - b)).toEqual(numbers.toSorted((a, b) => a - b));
  });

  test('reaches every line that is used', () => {
    const ends = wires.flatMap(({ from, to }) => [from, to]).join('\n');
    for (const { bcm } of [...plan.outputs, plan.tone, ...plan.inputs]) expect(ends).toContain(`Pi ${pinOf(bcm)} (GPIO${bcm})`);
  });
});

describe('hardware/bill-of-materials.csv', () => {
  test('has everything that the wires go to', () => {
    const refs = new Set(billRows().flatMap(({ ref }) => ref.split(', ')));
    for (const ref of ['PS1', 'PS2', 'Q1', 'F1', 'F2', 'A1', 'A2', 'H1', 'K1', 'Y1', 'B1', 'V1', 'V2', 'S0'])
      expect(refs).toContain(ref);
    for (const { terminal } of plan.inputs) expect(refs).toContain(terminal);
  });
});

describe('what is made from them', () => {
  test.each([...wiringFiles()])('%s is what `npm run wiring` writes', (path, content) => {
    expect(read(path)).toBe(content);
  });

  test.each(['README.md', 'wiring.md', 'bill-of-materials.md', 'overlays/README.md'])(
    'hardware/%s: what it links to is there',
    (page) => {
      const base = new URL(`hardware/${page}`, root);
      const links = [...readFileSync(base, 'utf8').matchAll(/\]\(([^)#]+)\)/gu)].map(([, link = '']) => link);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) expect(existsSync(new URL(link, base)), link).toBe(true);
    },
  );
});
