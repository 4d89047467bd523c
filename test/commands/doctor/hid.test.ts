// Doctor's look at HID scanners, on a sysfs tree: there, meant, openable, and a keyboard scanner kept from the console.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hidScanner } from '../../../src/commands/doctor/hid.ts';
import type { ScannerConfiguration } from '../../../src/config/schema.ts';
import { wording } from '../../../src/system/wording.ts';
import { KEYBOARD_BOOT, POS_A } from '../../fakes/hid-descriptors.ts';
import { addHidDevice, addRefusedHidDevice, type SysfsDevice } from '../../fakes/hid-sysfs.ts';

const say = wording('en');
/** `others` are what else is configured. */
const situation = (...others: ScannerConfiguration[]) => ({ say, configuration: { scanners: others } });
const POS = { id: 'a', kind: 'hid-pos', direction: 'in', serialNumber: 'S1' } as const;
const KEYS = { id: 'a', kind: 'hid-keyboard', direction: 'in', layout: 'us', vendorId: 0x0c2e, productId: 0x0b81 } as const;
let root: string;
let roots: { sys: string; dev: string };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hid-'));
  roots = { sys: join(root, 'sys'), dev: join(root, 'dev') };
  mkdirSync(roots.dev);
});

afterEach(() => rmSync(root, { recursive: true }));

function add(node: string, device: SysfsDevice): void {
  addHidDevice(roots, node, device);
  writeFileSync(join(roots.dev, node), '');
}

test('hidScanner is content with a scanner that opens, whatever its number', async () => {
  add('hidraw4', { descriptor: POS_A, serialNumber: 'S1' });
  expect(await hidScanner(POS, situation(), roots)).toEqual({ status: 'ok', found: `S1 opens as ${roots.dev}/hidraw4` });
});

test('hidScanner says what is there when the scanner is not', async () => {
  expect(await hidScanner(POS, situation(), roots)).toMatchObject({
    status: 'failure',
    cure: expect.stringContaining('no HID device'),
  });
  add('hidraw0', { descriptor: POS_A, serialNumber: 'S2' });
  const finding = await hidScanner(POS, situation(), roots);
  expect(finding).toMatchObject({ found: 'S1 is not there', cure: expect.stringContaining('hidraw0 0c2e:0b81 S2 Scanner') });
});

test('hidScanner tells two with the same serial number, another mode, and a node that does not open', async () => {
  add('hidraw0', { descriptor: POS_A, serialNumber: 'S1' });
  add('hidraw1', { descriptor: POS_A, serialNumber: 'S1' });
  expect(await hidScanner(POS, situation(), roots)).toMatchObject({
    found: expect.stringMatching(/^more than one device is S1: .*hidraw0 .*; .*hidraw1 /),
    cure: expect.stringContaining('by its path'),
  });
  expect(await hidScanner({ ...KEYS, path: join(roots.dev, 'hidraw0') }, situation(), roots)).toMatchObject({
    found: expect.stringContaining('in another mode'),
  });
  rmSync(join(roots.dev, 'hidraw0'));
  const finding = await hidScanner({ ...POS, path: join(roots.dev, 'hidraw0') }, situation(), roots);
  expect(finding).toMatchObject({ status: 'failure', found: expect.stringContaining('ENOENT') });
});

test.each([
  ['kept from the console', [true, true], 'ok'],
  ['typing into it with one of its devices', [true, false], 'failure'],
  ['on a kernel that cannot keep it away', [undefined], 'warning'],
] as const)('hidScanner looks at a keyboard scanner that is %s', async (_name, inhibited, status) => {
  add('hidraw0', { descriptor: KEYBOARD_BOOT, inhibited });
  expect((await hidScanner(KEYS, situation(), roots)).status).toBe(status);
});

test('hidScanner names the other scanner that reads the same device', async () => {
  add('hidraw0', { descriptor: POS_A, serialNumber: 'S1' });
  const other = { id: 'b', kind: 'hid-pos', direction: 'in', vendorId: 0x0c2e, productId: 0x0b81 } as const;
  expect(await hidScanner(POS, situation(POS, other), roots)).toMatchObject({
    status: 'failure',
    found: `S1 is ${roots.dev}/hidraw0, which scanner b reads as well`,
  });
  expect(await hidScanner(POS, situation(POS, { ...other, kind: 'hid-keyboard', layout: 'us' }), roots)).toMatchObject({
    status: 'ok',
  });
});

test('hidScanner tells a device that the kernel refuses from one that is not plugged in', async () => {
  addRefusedHidDevice(roots, '0003:0C2E:0B81.0007', 'S1');
  expect(await hidScanner(POS, situation(), roots)).toMatchObject({
    status: 'failure',
    found: expect.stringContaining('kernel refuses'),
  });
  expect(await hidScanner({ ...POS, serialNumber: 'S2' }, situation(), roots)).toMatchObject({ found: 'S2 is not there' });
});

test('hidScanner warns of a device whose descriptor cannot be true', async () => {
  add('hidraw0', { descriptor: POS_A.subarray(0, -1), serialNumber: 'S1' });
  expect(await hidScanner(POS, situation(), roots)).toMatchObject({
    status: 'warning',
    found: expect.stringContaining('guessed'),
  });
});
