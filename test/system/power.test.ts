// Under-voltage, by the kernel's two ways of telling.

import { expect, test } from 'vitest';
import { underVoltage } from '../../src/system/power.ts';
import { sysfsTree } from '../fakes/block-device.ts';

const FIRMWARE = 'devices/platform/soc/soc:firmware/get_throttled';

test.each([
  ['a board that does not tell', {}, undefined],
  ['another sensor alone', { 'class/hwmon/hwmon0/name': 'cpu_thermal', 'class/hwmon/hwmon0/in0_lcrit_alarm': '1' }, undefined],
  ['enough', { 'class/hwmon/hwmon1/name': 'rpi_volt', 'class/hwmon/hwmon1/in0_lcrit_alarm': '0' }, false],
  ['too little', { 'class/hwmon/hwmon1/name': 'rpi_volt', 'class/hwmon/hwmon1/in0_lcrit_alarm': '1' }, true],
  ['an older kernel, enough', { [FIRMWARE]: '0' }, false],
  ['an older kernel, now', { [FIRMWARE]: '1' }, true],
  ['an older kernel, a moment ago', { [FIRMWARE]: '50000' }, true],
  ['an older kernel, hot but well fed', { [FIRMWARE]: '80008' }, false],
  ['an older kernel, nonsense', { [FIRMWARE]: 'error' }, undefined],
])('%s', (_, files, wanted) => {
  expect(underVoltage(sysfsTree(files).sys)).toBe(wanted);
});
