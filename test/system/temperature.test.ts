// The processor's temperature from a zone's file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { temperatureC } from '../../src/system/temperature.ts';

const folder = mkdtempSync(join(tmpdir(), 'gate-reader-temperature-'));
const zone = (content: string): string => {
  const path = join(folder, 'temp');
  writeFileSync(path, content);
  return path;
};

afterAll(() => rmSync(folder, { recursive: true }));

describe('temperatureC', () => {
  test('reads the thousandths of a degree of the kernel', async () => {
    expect(await temperatureC(zone('48312\n'))).toBe(48.312);
    expect(await temperatureC(zone('-5000\n'))).toBe(-5);
  });

  test('is nothing without a sensor, or with one that says no number', async () => {
    expect(await temperatureC(join(folder, 'absent'))).toBeUndefined();
    expect(await temperatureC(zone(''))).toBeUndefined();
    expect(await temperatureC(zone('N/A\n'))).toBeUndefined();
  });
});
