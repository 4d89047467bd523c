// A sysfs tree of HID devices as Linux lays it out: class/hidraw/<node>/device with uevent, report_descriptor, input/.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SysfsDevice {
  readonly descriptor: Uint8Array;
  readonly serialNumber?: string;
  /** One entry an input device; undefined: a kernel without the attribute. */
  readonly inhibited?: readonly (boolean | undefined)[];
}

/** Adds a device of a maker in the table (0c2e:0b81) under `roots.sys`. */
export function addHidDevice(roots: { readonly sys: string }, node: string, device: SysfsDevice): void {
  const folder = join(roots.sys, 'class/hidraw', node, 'device');
  mkdirSync(folder, { recursive: true });
  const { serialNumber = '' } = device;
  writeFileSync(join(folder, 'uevent'), `DRIVER=hid-generic\n${identity(node, serialNumber)}`);
  writeFileSync(join(folder, 'report_descriptor'), device.descriptor);
  for (const [index, inhibited] of (device.inhibited ?? []).entries()) {
    const input = join(folder, 'input', `input${index}`);
    mkdirSync(input, { recursive: true });
    if (inhibited !== undefined) writeFileSync(join(input, 'inhibited'), inhibited ? '1\n' : '0\n');
  }
}

/** Adds a device that is on the HID bus as `name` and that no driver took: it has no node. */
export function addRefusedHidDevice(roots: { readonly sys: string }, name: string, serialNumber: string): void {
  const folder = join(roots.sys, 'bus/hid/devices', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'uevent'), identity(name, serialNumber));
}

function identity(plug: string, serialNumber: string): string {
  return `HID_ID=0003:00000C2E:00000B81\nHID_NAME=Scanner\nHID_PHYS=usb-${plug}/input0\nHID_UNIQ=${serialNumber}\n`;
}
