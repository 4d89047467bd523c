// Which HID devices there are and which one a scanner's configuration means. Reads sysfs, so that nothing has to be opened;
// never throws: what cannot be read is not there.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseReportDescriptor } from './hid-descriptor.ts';
import { deviceText } from '../system/device-text.ts';

/** What a device says it is. */
export interface HidIdentity {
  readonly vendorId: number;
  readonly productId: number;
  /** Empty where the device has none. */
  readonly serialNumber: string;
  readonly name: string;
  /** The plug it is in, the same for all interfaces of one device; empty where the kernel does not say. */
  readonly plug: string;
}

export interface HidDevice extends HidIdentity {
  /** Now, e.g. /dev/hidraw0; another one after a replug. */
  readonly path: string;
  /** The report descriptor as the device sent it. */
  readonly descriptor: Uint8Array;
  /** Its input devices: whether each is kept from the console (`inhibited`, since Linux 5.11; undefined before). */
  readonly inputs: readonly { readonly folder: string; readonly inhibited: boolean | undefined }[];
}

/** How a configuration names a device; everything given must fit. */
export interface HidSelector {
  readonly path?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
}

export interface HidRoots {
  readonly sys: string;
  readonly dev: string;
}

export const HID_ROOTS: HidRoots = { sys: '/sys', dev: '/dev' };

/** All hidraw devices, sorted by number. */
export async function listHidDevices({ sys, dev }: HidRoots = HID_ROOTS): Promise<HidDevice[]> {
  const folder = join(sys, 'class/hidraw');
  const nodes = await readdir(folder).catch((): string[] => []);
  const devices = await Promise.all(nodes.map((node) => device(join(folder, node, 'device'), join(dev, node))));
  return devices.filter((each) => each !== undefined).sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

async function device(folder: string, path: string): Promise<HidDevice | undefined> {
  const identity = await readIdentity(folder);
  return (
    identity && {
      ...identity,
      path,
      descriptor: await readFile(join(folder, 'report_descriptor')).catch(() => Buffer.alloc(0)),
      inputs: await inputs(join(folder, 'input')),
    }
  );
}

/** Of a device's folder in sysfs; undefined where it is no HID device. */
export async function readIdentity(folder: string): Promise<HidIdentity | undefined> {
  const uevent = await readFile(join(folder, 'uevent'), 'utf8').catch(() => '');
  const value = (key: string) => deviceText(new RegExp(`^${key}=(.*)$`, 'm').exec(uevent)?.[1] ?? '');
  // HID_ID=0003:00000C2E:00000B81 - bus, vendor, product
  const [, vendor, product] = /^[0-9A-F]+:([0-9A-F]+):([0-9A-F]+)$/i.exec(value('HID_ID')) ?? [];
  if (vendor === undefined || product === undefined) return undefined;
  return {
    vendorId: Number.parseInt(vendor, 16),
    productId: Number.parseInt(product, 16),
    serialNumber: value('HID_UNIQ'),
    name: value('HID_NAME'),
    plug: value('HID_PHYS').replace(/\/input[0-9]+$/, ''),
  };
}

async function inputs(folder: string): Promise<HidDevice['inputs']> {
  const names = await readdir(folder).catch((): string[] => []);
  return await Promise.all(
    names.sort().map(async (name) => {
      const text = await readFile(join(folder, name, 'inhibited'), 'utf8').catch(() => undefined);
      return { folder: join(folder, name), inhibited: text === undefined ? undefined : text.trim() === '1' };
    }),
  );
}

export type HidFailureCode = 'absent' | 'ambiguous' | 'wrong-mode';
export type HidChoice =
  | { readonly ok: true; readonly device: HidDevice }
  | {
      readonly ok: false;
      readonly code: HidFailureCode;
      readonly message: string;
      /** The devices that the selector fits, where that is the trouble. */
      readonly found: readonly HidDevice[];
    };

/**
 * The device meant by `selector` whose application is `application` (see hid-descriptor.ts); one whose descriptor cannot be
 * read or names no standard application counts as well, if nothing better fits. A path may be a link.
 */
export async function chooseHidDevice(
  devices: readonly HidDevice[],
  selector: HidSelector,
  application: number,
): Promise<HidChoice> {
  const what = selectorText(selector);
  const target = selector.path === undefined ? undefined : await realpath(selector.path).catch(() => selector.path);
  const meant = devices.filter(
    (each) =>
      (target === undefined || each.path === target || basename(each.path) === basename(target)) &&
      (selector.serialNumber === undefined || each.serialNumber === selector.serialNumber) &&
      (selector.vendorId === undefined || each.vendorId === selector.vendorId) &&
      (selector.productId === undefined || each.productId === selector.productId),
  );
  if (meant.length === 0) {
    return refused('absent', `${what} is not there; plug the scanner in, or correct how it is named: doctor lists the devices`);
  }
  const fitting = meant.filter(({ descriptor }) => applicationsOf(descriptor).includes(application));
  const found = fitting.length > 0 ? fitting : meant.filter(({ descriptor }) => !applicationsOf(descriptor).some(isStandard));
  const [first, second] = found;
  if (first === undefined) {
    const mode = 'set the scanner to the mode that its kind in the configuration says, or correct the kind';
    return refused('wrong-mode', `${what} is there but in another mode (it is a ${kindText(meant)}); ${mode}`, meant);
  }
  if (second === undefined) return { ok: true, device: first };
  return refused('ambiguous', ambiguity(what, found), found);
}

function ambiguity(what: string, found: readonly HidDevice[]): string {
  const places = found.map(({ path, plug }) => (plug === '' ? path : `${path} at ${plug}`)).join(', ');
  const serials = new Set(found.map(({ serialNumber }) => serialNumber));
  if (serials.size === 1 && !serials.has('')) {
    return `${found.length} scanners have the same serial number ${[...serials].join()}: ${places}; name each by its path (a link under /dev/gate-reader stays with its USB socket)`;
  }
  return `${found.length} devices are ${what}: ${places}; add the serialNumber of the one that is meant, or name it by its path`;
}

/** How messages name what was looked for. */
export function selectorText(selector: HidSelector): string {
  const { path, serialNumber, vendorId, productId } = selector;
  const parts = [
    path,
    serialNumber === undefined ? undefined : `serial number ${serialNumber}`,
    vendorId === undefined ? undefined : usbText(vendorId, productId),
  ];
  return `HID device ${parts.filter((part) => part !== undefined).join(', ')}`;
}

/** As lsusb writes it, e.g. `0c2e:0b81`. */
export function usbText(vendorId: number, productId: number | undefined): string {
  const hex = (id: number) => id.toString(16).padStart(4, '0');
  return `${hex(vendorId)}:${productId === undefined ? '*' : hex(productId)}`;
}

function applicationsOf(descriptor: Uint8Array): readonly number[] {
  return parseReportDescriptor(descriptor)?.applications ?? [];
}

/** Generic desktop (mouse, keyboard), consumer and bar code pages: a device that names one of these says what it is. */
function isStandard(application: number): boolean {
  return [0x01, 0x0c, 0x8c].includes(Math.floor(application / 0x1_0000));
}

function kindText(devices: readonly HidDevice[]): string {
  const pages = devices.flatMap(({ descriptor }) => applicationsOf(descriptor).map((each) => Math.floor(each / 0x1_0000)));
  if (pages.includes(0x8c)) return 'HID POS scanner';
  return pages.includes(0x01) ? 'keyboard or mouse' : 'device of another kind';
}

function refused(code: HidFailureCode, message: string, found: readonly HidDevice[] = []): HidChoice {
  return { ok: false, code, message, found };
}
