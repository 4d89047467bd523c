// Which serial ports there are, for doctor and for messages. Reads /dev itself, so it works without udevadm; names a port by
// the link that survives a replug where there is one.

import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface SerialPortEntry {
  /** What to write into the configuration: by-id, else by-path, else the device itself. */
  readonly path: string;
  /** The device now, e.g. /dev/ttyACM0. */
  readonly device: string;
}

/** USB-COM, USB adapters, the Pi's own UART. Bare ttyS numbers are left out: most of them have no hardware behind. */
const DEVICE_NAME = /^(ttyACM|ttyUSB|ttyAMA|serial)[0-9]+$/;

/** Sorted by path, each device once; empty where there is none. `dev` is the device folder. */
export async function listSerialPorts(dev = '/dev'): Promise<SerialPortEntry[]> {
  const found = new Map<string, string>();
  for (const folder of ['serial/by-id', 'serial/by-path', '.']) {
    const names = await namesIn(join(dev, folder));
    for (const name of names.filter((each) => folder !== '.' || DEVICE_NAME.test(each))) {
      const path = join(dev, folder, name);
      const device = await realpath(path).catch(() => undefined);
      if (device !== undefined && !found.has(device)) found.set(device, basename(path) === basename(device) ? device : path);
    }
  }
  return Array.from(found, ([device, path]) => ({ path, device })).sort((a, b) => ascending(a.path, b.path));
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.sort(ascending);
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : 1;
}
