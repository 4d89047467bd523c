// The list of HID devices out of a sysfs tree as the kernel lays it out, the choice among them, and what failed openings say.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseHidDevice, listHidDevices } from '../../src/scanners/hid-devices.ts';
import { explainFailedHid, openWithNodeHid } from '../../src/scanners/hid-handle.ts';
import { KEYBOARD } from '../../src/scanners/hid-keys.ts';
import { BAR_CODE_SCANNER } from '../../src/scanners/hid-pos-layout.ts';
import { KEYBOARD_BOOT, MOUSE, POS_A } from '../fakes/hid-descriptors.ts';
import { addHidDevice } from '../fakes/hid-sysfs.ts';

let root: string;
let roots: { sys: string; dev: string };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hid-'));
  roots = { sys: join(root, 'sys'), dev: join(root, 'dev') };
  mkdirSync(roots.dev);
});

afterEach(() => rmSync(root, { recursive: true }));

describe('listHidDevices', () => {
  test('reads ids, serial number, plug, descriptor and inhibited', async () => {
    addHidDevice(roots, 'hidraw10', { descriptor: KEYBOARD_BOOT, inhibited: [true, false] });
    addHidDevice(roots, 'hidraw2', { descriptor: POS_A, serialNumber: 'S1' });
    const [pos, keyboard] = await listHidDevices(roots);
    expect(pos).toMatchObject({
      path: join(roots.dev, 'hidraw2'),
      vendorId: 0x0c2e,
      productId: 0x0b81,
      serialNumber: 'S1',
      inputs: [],
    });
    expect([pos?.plug, pos?.name, Buffer.from(pos?.descriptor ?? []).equals(POS_A)]).toEqual(['usb-hidraw2', 'Scanner', true]);
    expect(keyboard?.inputs.map(({ inhibited }) => inhibited)).toEqual([true, false]);
  });

  test('takes no command to a terminal out of what a device calls itself', async () => {
    addHidDevice(roots, 'hidraw0', { descriptor: POS_A, serialNumber: '\u001b]0;S1\u0007\u009b2J\u202e' });
    expect((await listHidDevices(roots)).map(({ serialNumber }) => serialNumber)).toEqual(['?]0;S1??2J?']);
  });

  test('is empty on a machine without HID, and passes over what cannot be read', async () => {
    expect(await listHidDevices(roots)).toEqual([]);
    mkdirSync(join(roots.sys, 'class/hidraw/hidraw0/device'), { recursive: true });
    writeFileSync(join(roots.sys, 'class/hidraw/hidraw0/device/uevent'), 'HID_ID=nonsense\n');
    expect(await listHidDevices(roots)).toEqual([]);
  });
});

describe('chooseHidDevice', () => {
  const choose = async (selector: object, application = BAR_CODE_SCANNER) => {
    const choice = await chooseHidDevice(await listHidDevices(roots), selector, application);
    return choice.ok ? choice.device.path.replace(`${roots.dev}/`, '') : choice.code;
  };

  test('takes the interface with the wanted application out of a device that has several', async () => {
    addHidDevice(roots, 'hidraw0', { descriptor: KEYBOARD_BOOT, serialNumber: 'S1' });
    addHidDevice(roots, 'hidraw1', { descriptor: POS_A, serialNumber: 'S1' });
    expect([await choose({ serialNumber: 'S1' }), await choose({ serialNumber: 'S1' }, KEYBOARD)]).toEqual([
      'hidraw1',
      'hidraw0',
    ]);
    expect(await choose({ vendorId: 0x0c2e, productId: 1 })).toBe('absent');
  });

  test('follows a link, and takes a device whose descriptor says nothing, but no mouse', async () => {
    addHidDevice(roots, 'hidraw0', { descriptor: new Uint8Array() });
    addHidDevice(roots, 'hidraw1', { descriptor: MOUSE });
    writeFileSync(join(roots.dev, 'hidraw0'), '');
    symlinkSync(join(roots.dev, 'hidraw0'), join(root, 'link'));
    expect(await choose({ path: join(root, 'link') })).toBe('hidraw0');
    expect(await choose({ path: join(roots.dev, 'hidraw1') })).toBe('wrong-mode');
    expect(await choose({ path: join(roots.dev, 'hidraw2') })).toBe('absent');
  });

  test('refuses to guess between two of a model, until the serial number is given', async () => {
    addHidDevice(roots, 'hidraw0', { descriptor: POS_A, serialNumber: 'S1' });
    addHidDevice(roots, 'hidraw1', { descriptor: POS_A, serialNumber: 'S2' });
    const choice = await chooseHidDevice(await listHidDevices(roots), { vendorId: 0x0c2e, productId: 0x0b81 }, BAR_CODE_SCANNER);
    expect(choice).toMatchObject({
      code: 'ambiguous',
      message: expect.stringMatching(/2 devices are HID device 0c2e:0b81.*serialNumber/),
    });
    expect(await choose({ vendorId: 0x0c2e, productId: 0x0b81, serialNumber: 'S2' })).toBe('hidraw1');
  });
});

describe('explainFailedHid', () => {
  test('knows a device that is gone, with node-hid itself', async () => {
    const path = join(root, 'hidraw99');
    const cause: unknown = await openWithNodeHid(path).catch((error: unknown) => error);
    expect(cause).toBeInstanceOf(Error);
    expect(await explainFailedHid(path, cause)).toMatchObject({ code: 'absent' });
  });

  test('names the package where node-hid finds no USB library', async () => {
    writeFileSync(join(root, 'file'), '');
    const cause = new Error('libusb-1.0.so.0: cannot open shared object file: No such file or directory');
    expect(await explainFailedHid(join(root, 'file'), cause)).toMatchObject({ message: expect.stringContaining('libusb-1.0-0') });
  });

  test('passes on the words where the system finds nothing wrong', async () => {
    writeFileSync(join(root, 'file'), '');
    const explained = await explainFailedHid(join(root, 'file'), new Error('not a hidraw device'));
    expect(explained).toMatchObject({ code: 'failed', message: expect.stringContaining('not a hidraw device') });
  });
});
