// A bench for captures on the kernel's own drivers: HID devices through uhid, serial ports through a USB gadget, standard input
// through a pipe between processes; cameras are programs, as on the other bench. Everything takes its real time, and more of it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultReport } from '../../src/admission/ports.ts';
import { listHidDevices } from '../../src/scanners/hid-devices.ts';
import { makeScanner } from '../../src/scanners/kinds.ts';
import { eventually } from '../fakes/eventually.ts';
import { clock } from '../scanners/attended.ts';
import type { Capture } from '../scanners/capture-file.ts';
import type { Bench, PluggedDevice } from '../scanners/capture-replay.ts';
import { noEnd, noPlug, screenAndCamera } from '../scanners/fake-bench.ts';
import { stdinScanner } from '../../src/scanners/stdin.ts';
import { plugHid } from './uhid.ts';
import { serialGadget } from './usb-gadget.ts';

const ID = { id: 'main', direction: 'in' } as const;
/** The Linux Foundation's own numbers: no driver but the generic one is for them. */
const VENDOR_ID = 0x1d6b;
const PRODUCT_ID = 0x0104;
const PATIENCE_MS = 20_000;
/** A pause that ends something is a person's, not a clock's; an emulated processor gets more of it. */
const PAUSE_MS = 300;
const STRETCH = 3;

const time: Pick<PluggedDevice, 'pass' | 'until'> = {
  pass: (ms) => delay(ms > PAUSE_MS ? ms * STRETCH : ms),
  until: (look) =>
    eventually('what the capture brings about', look, { deadlineMs: PATIENCE_MS }).then(
      () => true,
      () => false,
    ),
};

/** Needs the superuser and the modules uhid, hid_generic, dummy_hcd, usb_f_acm and cdc_acm. */
export function kernelBench(): Bench {
  return {
    name: 'bench',
    isVirtual: () => false,
    plug(capture, report) {
      switch (capture.kind) {
        case 'hid-pos':
        case 'hid-keyboard':
          return hidDevice(capture, capture.kind, report);
        case 'serial':
          return usbSerial(capture, report);
        case 'stdin':
          return Promise.resolve(pipe(capture, report));
        case 'camera':
          return Promise.resolve({ ...screenAndCamera(report, 3 * PATIENCE_MS), ...time });
      }
    },
  };
}

let plugged = 0;

async function hidDevice(capture: Capture, kind: 'hid-pos' | 'hid-keyboard', report: FaultReport): Promise<PluggedDevice> {
  plugged += 1;
  const serialNumber = `CAPTURE${plugged}`;
  const identity = {
    name: capture.name,
    serialNumber,
    vendorId: VENDOR_ID,
    productId: PRODUCT_ID,
    descriptor: capture.descriptor,
  };
  const plugIn = async () => {
    const device = await plugHid(identity);
    await keepFromConsole(serialNumber);
    return device;
  };
  let device = await plugIn();
  const scanner = makeScanner(
    kind === 'hid-pos' ? { ...ID, kind, serialNumber } : { ...ID, kind, serialNumber, layout: capture.layout },
    { clock, report },
  );
  return {
    ...time,
    scanner,
    send: async (bytes) => device.input(bytes),
    unplug: async () => device.unplug(),
    plug: async () => void (device = await plugIn()),
    end: noEnd,
    remove: async () => device.unplug(),
  };
}

/** Captured keys are for the scanner alone: on a machine with a console they would be typed into it. */
async function keepFromConsole(serialNumber: string): Promise<void> {
  for (const device of await listHidDevices()) {
    if (device.serialNumber === serialNumber)
      for (const { folder } of device.inputs) writeFileSync(join(folder, 'inhibited'), '1');
  }
}

async function usbSerial({ suffix, prefix }: Capture, report: FaultReport): Promise<PluggedDevice> {
  const gadget = await serialGadget();
  return {
    ...time,
    scanner: makeScanner({ ...ID, kind: 'serial', path: gadget.device, baudRate: 9_600, suffix, prefix }, { clock, report }),
    send: (bytes) => gadget.send(bytes),
    unplug: () => gadget.unplug(),
    plug: () => gadget.plug(),
    end: noEnd,
    remove: async () => undefined,
  };
}

function pipe({ suffix, prefix }: Capture, report: FaultReport): PluggedDevice {
  const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    ...time,
    scanner: stdinScanner({ ...ID, suffix, prefix }, { clock, report, input: cat.stdout }),
    send: async (bytes) => void cat.stdin.write(bytes),
    unplug: noPlug,
    plug: noPlug,
    end: async () => void cat.stdin.end(),
    async remove() {
      cat.stdin.end();
      if (cat.exitCode === null && cat.signalCode === null) await once(cat, 'exit');
    },
  };
}
