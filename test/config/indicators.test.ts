// The configuration of lamps, buzzer and relay: what each kind takes, its defaults, and what is refused.

import { describe, expect, test } from 'vitest';
import { patternsFor } from '../../src/config/patterns.ts';
import { configurationOf, faultsOf, loadText, SMALL, told } from './folder.ts';

const LEDS = 'kind: leds, green: { label: "pass:green" }, red: { label: gate-red }';
const CHIP = 'kind: gpiochip, chip: pinctrl-rp1, green: { line: GPIO17 }, red: { line: 27 }';
const FILES = 'kind: onoff, chip: pinctrl-bcm2835, green: { line: 17 }, red: { line: 27 }';
const load = (indicator: string, files = {}) => loadText(`${SMALL}indicator: { ${indicator} }\n`, {}, files);

describe('indicator', () => {
  test('leds take labels, and a pulse of 3 s unless told otherwise', () => {
    const loaded = load(`${LEDS}, relay: { label: relay }, quietHours: { from: "20:00", to: "06:00" }`);
    expect(configurationOf(loaded).indicator).toEqual({
      kind: 'leds',
      green: { label: 'pass:green' },
      red: { label: 'gate-red' },
      relay: { label: 'relay', pulseMs: 3000 },
      quietHours: { from: '20:00', to: '06:00' },
    });
  });

  test('gpiochip takes lines by name or offset, high active, and an active buzzer unless told otherwise', () => {
    const loaded = load(`${CHIP}, buzzer: { line: 22 }, relay: { line: 23, activeLow: true, pulseMs: 500 }`);
    expect(configurationOf(loaded).indicator).toEqual({
      kind: 'gpiochip',
      chip: 'pinctrl-rp1',
      green: { line: 'GPIO17', activeLow: false },
      red: { line: 27, activeLow: false },
      buzzer: { line: 22, activeLow: false, kind: 'active' },
      relay: { line: 23, activeLow: true, pulseMs: 500 },
    });
  });

  test('a passive buzzer may be on PWM', () => {
    const { indicator } = configurationOf(load(`${CHIP}, buzzer: { pwm: { chip: pwmchip0, channel: 2 } }`));
    expect(indicator).toMatchObject({ buzzer: { kind: 'passive', pwm: { chip: 'pwmchip0', channel: 2 } } });
  });

  test('onoff takes a label and numbers', () => {
    const loaded = load(`${FILES}, buzzer: { line: 22, kind: passive }, relay: { line: 23, activeLow: true }`);
    expect(configurationOf(loaded).indicator).toEqual({
      kind: 'onoff',
      chip: 'pinctrl-bcm2835',
      green: { line: 17, activeLow: false },
      red: { line: 27, activeLow: false },
      buzzer: { line: 22, activeLow: false, kind: 'passive' },
      relay: { line: 23, activeLow: true, pulseMs: 3000 },
    });
  });

  test.each([LEDS, CHIP, FILES])('%s may have a passive buzzer by PWM or beeper', (lamps) => {
    const { indicator } = configurationOf(load(`${lamps}, buzzer: { beeper: pwm-beeper }`));
    expect(indicator).toMatchObject({ buzzer: { kind: 'passive', beeper: 'pwm-beeper' } });
    const { indicator: other } = configurationOf(load(`${lamps}, buzzer: { pwm: { chip: pwmchip0, channel: 2 } }`));
    expect(other).toMatchObject({ buzzer: { kind: 'passive', pwm: { chip: 'pwmchip0', channel: 2 } } });
  });

  test.each([
    ['kind: leds, green: { label: a }', 'indicator.red fault.missing'],
    ['kind: leds, green: { label: a }, red: { label: a }', 'indicator.red.label fault.line-twice'],
    ['kind: leds, green: { label: "../x" }, red: { label: a }', 'indicator.green.label fault.kernel-name'],
    [`${LEDS}, relay: { label: r, pulseMs: 0 }`, 'indicator.relay.pulseMs fault.too-small'],
    [`${LEDS}, quietHours: { from: "24:00", to: "06:00" }`, 'indicator.quietHours.from fault.time-of-day'],
    [`${LEDS}, quietHours: { from: "20:00" }`, 'indicator.quietHours.to fault.missing'],
    [`${CHIP}, relay: { line: 27 }`, 'indicator.relay.line fault.line-twice'],
    [`${CHIP}, relay: { line: -1 }`, 'indicator.relay.line fault.too-small'],
    [`${CHIP}, relay: { line: "a/b" }`, 'indicator.relay.line fault.kernel-name'],
    [`${CHIP}, relay: { line: true }`, 'indicator.relay.line fault.gpio-line'],
    [`${CHIP}, buzzer: 22`, 'indicator.buzzer fault.buzzer'],
    [`${CHIP}, buzzer: { pwm: { chip: /sys, channel: 0 } }`, 'indicator.buzzer.pwm.chip fault.pwm-chip'],
    ['kind: gpiochip, chip: ../x, green: { line: 1 }, red: { line: 2 }', 'indicator.chip fault.gpio-chip'],
    [`${CHIP}, buzzer: { pwm: 0 }`, 'indicator.buzzer.pwm fault.want-map'],
    [`${CHIP}, buzzer: { beeper: 5 }`, 'indicator.buzzer.beeper fault.want-text'],
    [`${CHIP}, buzzer: { beeper: pwm-beeper, kind: active }`, 'indicator.buzzer.kind fault.choice'],
    [`${LEDS}, buzzer: 22`, 'indicator.buzzer fault.buzzer-leds'],
    [`${FILES}, relay: { line: GPIO23 }`, 'indicator.relay.line fault.want-number'],
    [`${FILES}, relay: { line: 27 }`, 'indicator.relay.line fault.line-twice'],
    ['kind: onoff, chip: /dev/gpiochip0, green: { line: 1 }, red: { line: 2 }', 'indicator.chip fault.gpio-label'],
  ])('refuses %s', (indicator, fault) => {
    expect(told(load(indicator)).map((text) => text.replace(/^\S+ /, ''))).toEqual([fault]);
  });
});

describe('indicator.patternsFile', () => {
  const withRows = (rows: string) => load(`${LEDS}, patternsFile: rows.json`, { 'rows.json': rows });

  test('replaces the rows it names and leaves the others', () => {
    const { indicator } = configurationOf(withRows('{ "denied": { "red": { "steps": [[1, 100]] } } }'));
    const patterns = patternsFor(indicator);
    expect(patterns.denied).toEqual({ red: { steps: [[1, 100]] } });
    expect(patterns['granted-in']).toEqual(patternsFor({ kind: 'none' })['granted-in']);
  });

  test.each([
    ['no JSON', '{'],
    ['no rows', '[]'],
    ['a row nobody knows', '{ "laughing": {} }'],
    ['a lamp that is half on', '{ "denied": { "red": { "steps": [[0.5, 100]] } } }'],
    ['a step without end', '{ "denied": { "active": [[1, 1000000]] } }'],
  ])('%s is a fault of the configuration', (_, rows) => {
    const [fault, ...more] = faultsOf(withRows(rows));
    expect([fault?.key, fault?.code, more.length]).toEqual(['indicator.patternsFile', 'config.file.patterns', 0]);
  });
});
