// A USB-COM scanner that is no hardware: the kernel's own gadget (CDC-ACM over configfs) on the kernel's own dummy host. What is
// written to it arrives at /dev/ttyACM*, through the drivers a real scanner has.

import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../fakes/eventually.ts';

export interface SerialGadget {
  /** Where the daemon finds it while it is plugged in. */
  readonly device: string;
  /** Bytes as the scanner would send them. */
  send(bytes: string | Uint8Array): Promise<void>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
}

const CONFIGFS = '/sys/kernel/config/usb_gadget';
const DEVICE = 'ttyACM0';
const OWN_END = '/dev/ttyGS0';
const APPEARS_MS = 30_000;

let made: Promise<SerialGadget> | undefined;

/** The guest's gadget, made and plugged in at the first call; needs the modules dummy_hcd and usb_f_acm. */
export function serialGadget(): Promise<SerialGadget> {
  made ??= makeSerialGadget();
  return made;
}

async function makeSerialGadget(): Promise<SerialGadget> {
  const gadget = join(CONFIGFS, 'scanner');
  mkdirSync(join(gadget, 'strings', '0x409'), { recursive: true });
  mkdirSync(join(gadget, 'configs', 'c.1'), { recursive: true });
  mkdirSync(join(gadget, 'functions', 'acm.usb0'), { recursive: true });
  const set = (name: string, value: string): void => writeFileSync(join(gadget, name), value);
  // The Linux Foundation's own test numbers, no maker's.
  set('idVendor', '0x1d6b');
  set('idProduct', '0x0104');
  set('strings/0x409/serialnumber', 'BENCH0001');
  set('strings/0x409/product', 'Bench 2D Scanner');
  symlinkSync(join(gadget, 'functions', 'acm.usb0'), join(gadget, 'configs', 'c.1', 'acm.usb0'));
  const [controller] = readdirSync('/sys/class/udc');
  if (controller === undefined) throw new Error('/sys/class/udc is empty: dummy_hcd brought no controller');
  const there = (wanted: boolean) => async (): Promise<void> => {
    set('UDC', wanted ? controller : '\n');
    await eventually(`/dev/${DEVICE} ${wanted ? 'there' : 'gone'}`, () => readdirSync('/dev').includes(DEVICE) === wanted, {
      deadlineMs: APPEARS_MS,
    });
  };
  const [plug, unplug] = [there(true), there(false)];
  await plug();
  // The gadget's end is a terminal as well, and would echo.
  execFileSync('stty', ['-F', OWN_END, 'raw', '-echo']);
  return { device: `/dev/${DEVICE}`, send, plug, unplug };
}

/** Opened for each code: an unplug hangs the gadget's end up. */
async function send(bytes: string | Uint8Array): Promise<void> {
  const end = await open(OWN_END, constants.O_RDWR | constants.O_NOCTTY);
  try {
    await end.writeFile(bytes);
  } finally {
    await end.close();
  }
}
