// The electrical values keep their limits, and the sums are those that are written beside them.

import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { gateAtBoot, keepsLimit, type Value, values } from '../../scripts/hardware/electrics.ts';
import { wiringPlan } from '../../scripts/hardware/wiring-plan.ts';

const least = Math.min(...wiringPlan().models.map(({ pinMilliamperes }) => pinMilliamperes));
const all = values(least);

/** SI prefixes and units to numbers; what is left is a sum that JavaScript knows. */
function worked(formula: string): number {
  const sum = formula
    .replaceAll('×', '*')
    .replaceAll('−', '-')
    .replaceAll('²', '**2')
    .replaceAll(/([\d.]+) kΩ/gu, '($1*1e3)')
    .replaceAll(/([\d.]+) mA/gu, '($1*1e-3)')
    .replaceAll(/([\d.]+) nF/gu, '($1*1e-9)')
    .replaceAll(/ (?:V|A|Ω)\b|(?<=\d) Ω/gu, '')
    .replaceAll(/\) A/gu, ')');
  if (!/^[\d\s.e+\-*/()]+$/u.test(sum)) throw new Error(`cannot work out ${formula}: ${sum}`);
  return Number(runInNewContext(sum));
}

const PER_UNIT: Readonly<Record<Value['unit'], number>> = { mA: 1e-3, V: 1, mW: 1e-3, ms: 1e-3, '×': 1, A: 1 };

describe('values', () => {
  test('the least pin is a Pi 4, with 7 mA', () => {
    expect(least).toBe(7);
  });

  test.each(all)('$en: keeps its limit', (value) => {
    expect(keepsLimit(value), `${value.value} ${value.unit}, limit ${value.limit.is}`).toBe(true);
  });

  test.each(all)('$en: is its formula worked out', ({ formula, value, unit }) => {
    expect(worked(formula)).toBeCloseTo(value * PER_UNIT[unit], unit === 'mA' || unit === 'ms' || unit === 'mW' ? 4 : 0);
    expect(Math.abs(worked(formula) / (value * PER_UNIT[unit]) - 1)).toBeLessThan(0.01);
  });

  test('a pin of 2 mA would break a limit', () => {
    expect(values(2).some((value) => !keepsLimit(value))).toBe(true);
  });
});

test('gateAtBoot: off on a line pulled down, not surely on one pulled up', () => {
  expect(gateAtBoot('down')).toEqual({ volts: 0, surelyOff: true });
  expect(gateAtBoot('up').volts).toBeCloseTo(0.767, 3);
  expect(gateAtBoot('up').surelyOff).toBe(false);
});
