// Scanners that are plugged in and yet not there: the kernel refused their report descriptor and gives nobody a hidraw node for
// them. Reads sysfs; never throws.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HID_ROOTS, type HidIdentity, type HidRoots, type HidSelector, readIdentity, selectorText } from './hid-devices.ts';

/** What is on the HID bus without a hidraw node; for an instant also what is only just being plugged in. */
export async function listRefusedHid({ sys }: HidRoots = HID_ROOTS): Promise<HidIdentity[]> {
  const bus = join(sys, 'bus/hid/devices');
  const names = await readdir(bus).catch((): string[] => []);
  const found = await Promise.all(names.sort().map((name) => withoutNode(join(bus, name))));
  return found.filter((each) => each !== undefined);
}

async function withoutNode(folder: string): Promise<HidIdentity | undefined> {
  const parts = await readdir(folder).catch((): string[] => []);
  return parts.includes('hidraw') || !parts.includes('uevent') ? undefined : await readIdentity(folder);
}

/** What to say of a scanner that is absent from the nodes and among `refused`; undefined where it is not. */
export function refusalText(selector: HidSelector, refused: readonly HidIdentity[]): string | undefined {
  const { path, serialNumber, vendorId, productId } = selector;
  const there = refused.some(
    (each) =>
      path === undefined &&
      (serialNumber === undefined || each.serialNumber === serialNumber) &&
      (vendorId === undefined || each.vendorId === vendorId) &&
      (productId === undefined || each.productId === productId),
  );
  return there
    ? `${selectorText(selector)} is plugged in, but the kernel refuses its report descriptor; set the scanner to USB-COM mode with the sheets in hardware/, or renew its firmware`
    : undefined;
}
