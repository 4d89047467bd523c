// Check: what can be wrong with a HID scanner is said as the kernel's own devices show it - two with one serial number, two names for
// one, a node without permission, a descriptor that the kernel refuses - and is over when its cause is.

import { chmodSync, closeSync } from 'node:fs';
import { DeviceClaims } from '../../src/scanners/claims.ts';
import { hidPosScanner } from '../../src/scanners/hid.ts';
import type { HidSelector } from '../../src/scanners/hid-devices.ts';
import { listRefusedHid } from '../../src/scanners/hid-refused.ts';
import { eventually } from '../fakes/eventually.ts';
import { type Attended, attend, clock } from '../scanners/attended.ts';
import type { Check } from './check.ts';
import { POS_DESCRIPTOR } from './hid-descriptors.ts';
import { WAIT_MS } from './kiosk.ts';
import { posReports } from './pos-reports.ts';
import { type HidIdentity, plugHid, plugRefusedHid } from './uhid.ts';

const SCANNER: HidIdentity = {
  name: 'Bench POS Scanner',
  serialNumber: 'BENCHTWINS',
  vendorId: 0x1d6b,
  productId: 0x0104,
  descriptor: POS_DESCRIPTOR,
};
const NOBODY = 65_534;

interface Reader extends Attended {
  /** What was reported last; null: it is well. */
  readonly fault: () => string | null;
}

function reader(id: string, selector: HidSelector, claims = new DeviceClaims()): Reader {
  let fault: string | null = null;
  const report = (_part: string, message: string | undefined) => void (fault = message ?? null);
  const lane = attend(hidPosScanner({ id, direction: 'in', ...selector }, { clock, report, claims }));
  return Object.assign(Object.create(lane) as Attended, { fault: () => fault });
}

async function told(scanner: Reader, words: RegExp): Promise<string> {
  const detail = () => `the last was ${scanner.fault()}`;
  return await eventually(`a fault like ${words}`, () => (words.test(scanner.fault() ?? '') ? (scanner.fault() ?? '') : false), {
    deadlineMs: WAIT_MS,
    detail,
  });
}

const well = (scanner: Reader) =>
  eventually('the fault over', () => scanner.fault() === null, { deadlineMs: WAIT_MS, detail: () => String(scanner.fault()) });

async function twins(): Promise<string[]> {
  const claims = new DeviceClaims();
  const [one, two] = [await plugHid(SCANNER), await plugHid(SCANNER)];
  const main = reader('main', { serialNumber: SCANNER.serialNumber }, claims);
  const seen = [
    await told(main, new RegExp(`same serial number ${SCANNER.serialNumber}: ${one.path} .*${two.path} .*by its path`)),
  ];
  two.unplug();
  await well(main);
  const desk = reader('desk', { path: one.path }, claims);
  seen.push(await told(desk, /^scanner main and scanner desk are one device/));
  for (const report of posReports('once')) one.input(report);
  await eventually('a code', () => main.texts[0] === 'once', { deadlineMs: WAIT_MS });
  await main.stop();
  await well(desk);
  for (const report of posReports('then')) one.input(report);
  await eventually('a code for the other', () => desk.texts[0] === 'then', { deadlineMs: WAIT_MS });
  await desk.stop();
  one.unplug();
  if (desk.texts.length !== 1 || main.texts.length !== 1)
    throw new Error(`codes came as ${main.texts.join()} and ${desk.texts.join()}`);
  return seen;
}

/** The superuser may open everything, so this process is somebody else for a while. */
async function withoutPermission(): Promise<string> {
  const device = await plugHid(SCANNER);
  chmodSync(device.path, 0o000);
  process.seteuid?.(NOBODY);
  const scanner = reader('main', { serialNumber: SCANNER.serialNumber });
  try {
    const words = await told(scanner, new RegExp(`no permission to open ${device.path}; install .*60-gate-reader.rules`));
    process.seteuid?.(0);
    await well(scanner);
    return words;
  } finally {
    process.seteuid?.(0);
    await scanner.stop();
    device.unplug();
  }
}

async function refused(): Promise<string> {
  const cut = { ...SCANNER, serialNumber: 'BENCHCUT', descriptor: POS_DESCRIPTOR.subarray(0, -4) };
  const fd = plugRefusedHid(cut);
  await eventually('the device on the bus', async () =>
    (await listRefusedHid()).some(({ serialNumber }) => serialNumber === cut.serialNumber),
  );
  const scanner = reader('main', { serialNumber: cut.serialNumber });
  const words = await told(scanner, /BENCHCUT is plugged in, but the kernel refuses/);
  closeSync(fd);
  await told(scanner, /BENCHCUT is not there/);
  await scanner.stop();
  return words;
}

export const tellsHidFaults: Check = {
  name: 'hid-faults',
  modules: ['uhid', 'hid_generic'],
  async run() {
    return [...(await twins()), await withoutPermission(), await refused()];
  },
};
