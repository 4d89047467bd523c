// The list of the kernel's input devices.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseInputDevice, listInputDevices } from '../../src/inputs/evdev-devices.ts';
import { sysfs } from '../../src/system/sysfs.ts';
import { dataFolder } from '../fakes/record.ts';

test('takes no command to a terminal out of what a device calls itself', () => {
  const root = dataFolder();
  mkdirSync(join(root, 'class/input/event0/device'), { recursive: true });
  writeFileSync(join(root, 'class/input/event0/device/name'), 'USB \u001b]0;x\u0007\u009b2J\u202e keyboard\n');
  const devices = listInputDevices(sysfs(root));
  expect(devices.map(({ name }) => name)).toEqual(['USB ?]0;x??2J? keyboard']);
  expect(JSON.stringify(chooseInputDevice(devices, { name: 'exit' }, { type: 'key', code: 2 }))).toContain(
    'USB ?]0;x??2J? keyboard',
  );
});
