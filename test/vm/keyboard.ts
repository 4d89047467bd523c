// Check: what a keyboard types reaches the console's terminal; what a keyboard scanner types does not, while its reports still reach
// hidraw - by udev's rule and the kernel's `inhibited`, set by a real udevd as the scanner is plugged in. The rules give hidraw and
// serial scanners to the daemon's group, and keep ModemManager away from the latter; another maker's keyboard is left alone.

import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../fakes/eventually.ts';
import type { Check } from './check.ts';
import { KEYBOARD_DESCRIPTOR } from './hid-descriptors.ts';
import { keyReports } from './key-reports.ts';
import { WAIT_MS } from './kiosk.ts';
import { GROUP, startUdev, type Udev } from './udev.ts';
import { type HidDevice, type HidIdentity, plugHid } from './uhid.ts';
import { serialGadget } from './usb-gadget.ts';

const KEYBOARD: HidIdentity = {
  name: 'Bench Keyboard',
  serialNumber: 'BENCHKEYS1',
  vendorId: 0x1d6b,
  productId: 0x0105,
  descriptor: KEYBOARD_DESCRIPTOR,
};
/** Vendor and product as a maker's keyboard scanner has: the rules know it. */
const SCANNER: HidIdentity = {
  ...KEYBOARD,
  name: 'Bench Scanner',
  serialNumber: 'BENCHSCAN1',
  vendorId: 0x05e0,
  productId: 0x1200,
};
const CONSOLE = '/dev/tty1';
const READ_BYTES = 4096;
function type(keyboard: HidDevice, text: string): void {
  for (const report of keyReports(text)) keyboard.input(report);
}

/** What there is to read now, without waiting. */
function readNow(fd: number): Buffer {
  const buffer = Buffer.alloc(READ_BYTES);
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return Buffer.alloc(0);
    throw error;
  }
}

/** What the kernel's input device of a keyboard says of itself: 0 it types, 1 it does not. */
function inhibited({ serialNumber }: HidIdentity): string {
  const folder = '/sys/class/input';
  const name = readdirSync(folder).find(
    (one) => /^input\d+$/u.test(one) && readFileSync(join(folder, one, 'uniq'), 'utf8').trim() === serialNumber,
  );
  if (name === undefined) throw new Error(`no input device with serial number ${serialNumber}`);
  return readFileSync(join(folder, name, 'inhibited'), 'utf8').trim();
}

/** Mode and group of a device, e.g. `660 990`. */
function rightsOf(device: string): string {
  const { mode, gid } = statSync(device);
  return `${(mode & 0o777).toString(8)} ${gid}`;
}

function wanted(what: string, found: string | undefined, right: string): void {
  if (found !== right) throw new Error(`${what}: ${found ?? 'nothing'}, wanted ${right}`);
}

/** Both type; only the keyboard is heard on the console. Returns how many reports of the scanner reached hidraw. */
async function types(keyboard: HidDevice, scanner: HidDevice): Promise<number> {
  const openNow = (path: string): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const [console, hidraw] = [openNow(CONSOLE), openNow(scanner.path)] as const;
  // A console forgets its settings when nobody has it open.
  execFileSync('stty', ['-F', CONSOLE, 'raw', '-echo']);
  let [shown, reports] = ['', 0];
  const look = (): void => {
    shown += readNow(console).toString('latin1');
    // One report at a time, as the driver hands them out.
    while (readNow(hidraw).length > 0) reports += 1;
  };
  const until = (what: string, come: () => boolean): Promise<boolean> =>
    eventually(what, () => (look(), come()), {
      detail: () => `${CONSOLE} was given ${JSON.stringify(shown)}, ${scanner.path} ${reports} reports`,
    });
  type(keyboard, '123');
  await until('123 and Enter on the console', () => shown === '123\r');
  type(scanner, '456');
  await until('the reports of 456 on hidraw', () => reports === 8);
  // What would have come of 456 comes before this.
  type(keyboard, '789');
  await until('789 on the console', () => shown.endsWith('789\r'));
  for (const fd of [console, hidraw]) closeSync(fd);
  wanted(`${CONSOLE} was given`, JSON.stringify(shown), JSON.stringify('123\r789\r'));
  return reports;
}

/** A serial scanner, plugged in while udevd runs; returns what the rules made of it. */
async function plugsSerial(udev: Udev): Promise<string> {
  const gadget = await serialGadget();
  await gadget.unplug();
  await gadget.plug();
  await udev.settled();
  wanted(`ID_MM_DEVICE_IGNORE of ${gadget.device}`, udev.property(gadget.device, 'ID_MM_DEVICE_IGNORE'), '1');
  wanted(`mode and group of ${gadget.device}`, rightsOf(gadget.device), `660 ${GROUP}`);
  return `${gadget.device} is for group gate-reader, mode 660, and not for ModemManager`;
}

export const keepsKeysFromTheConsole: Check = {
  name: 'keyboard',
  modules: ['uhid', 'hid_generic', 'dummy_hcd', 'usb_f_acm', 'cdc_acm'],
  async run() {
    const udev = await startUdev();
    const [keyboard, scanner] = [await plugHid(KEYBOARD), await plugHid(SCANNER)];
    await udev.settled();
    await eventually('the scanner inhibited by the rule', () => inhibited(SCANNER) === '1', { deadlineMs: WAIT_MS });
    wanted('inhibited of the keyboard', inhibited(KEYBOARD), '0');
    wanted(`mode and group of ${scanner.path}`, rightsOf(scanner.path), `660 ${GROUP}`);
    wanted(`mode and group of ${keyboard.path}`, rightsOf(keyboard.path), '600 0');
    const reports = await types(keyboard, scanner);
    const serial = await plugsSerial(udev);
    for (const device of [keyboard, scanner]) device.unplug();
    await udev.stop();
    return [
      `${CONSOLE} was given 123 and 789 of the keyboard and nothing of the scanner's 456; ${scanner.path} was given all ${reports} reports`,
      `by the rules ${scanner.path} is inhibited and for group gate-reader, mode 660; the keyboard's ${keyboard.path} is neither`,
      serial,
    ];
  },
};
