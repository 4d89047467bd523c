// Serial ports that udev cannot tell apart: two adapters of one model without serial numbers have one name under by-id, and the
// link leads to whichever was plugged in last. Reads sysfs; never throws.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface SerialRoots {
  readonly sys: string;
  readonly dev: string;
}

/**
 * Where `path` is a link under by-id: the links under by-path of the devices that have the same claim to that name, its own
 * among them (a device without such a link by its own path); empty where there is only one.
 */
export async function sameNamePorts(path: string, { sys, dev }: SerialRoots = { sys: '/sys', dev: '/dev' }): Promise<string[]> {
  if (dirname(path) !== join(dev, 'serial/by-id')) return [];
  const own = await realpath(path).catch(() => undefined);
  if (own === undefined) return [];
  const folder = join(sys, 'class/tty');
  const wanted = await identity(join(folder, basename(own)));
  if (wanted === undefined) return [];
  const names = await readdir(folder).catch((): string[] => []);
  const all = await Promise.all(names.map(async (name) => ({ name, identity: await identity(join(folder, name)) })));
  const same = all.filter((each) => each.identity === wanted).map(({ name }) => join(dev, name));
  return same.length < 2 ? [] : await Promise.all(same.sort().map((device) => byPath(device, dev)));
}

/** What udev makes the name of: vendor, product, serial number, interface; undefined for what is not on USB. */
async function identity(tty: string): Promise<string | undefined> {
  let folder = await realpath(join(tty, 'device')).catch(() => '/');
  let usbInterface = '';
  for (; folder !== '/'; folder = dirname(folder)) {
    usbInterface ||= await attribute(folder, 'bInterfaceNumber');
    const vendor = await attribute(folder, 'idVendor');
    if (vendor === '') continue;
    return [vendor, await attribute(folder, 'idProduct'), await attribute(folder, 'serial'), usbInterface].join(' ');
  }
  return undefined;
}

async function attribute(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.trim();
}

async function byPath(device: string, dev: string): Promise<string> {
  const folder = join(dev, 'serial/by-path');
  for (const name of (await readdir(folder).catch((): string[] => [])).sort()) {
    if ((await realpath(join(folder, name)).catch(() => '')) === device) return join(folder, name);
  }
  return device;
}
