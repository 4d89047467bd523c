// Check: HID devices of the bench are what scanners are to node-hid - found by usage and serial number, reports whole and in
// order, feature reports delivered, an unplug noticed, and another hidraw number after a replug.

import { type Device, devicesAsync, HIDAsync } from 'node-hid';
import { eventually } from '../fakes/eventually.ts';
import type { Check } from './check.ts';
import { POS_DESCRIPTOR } from './hid-descriptors.ts';
import { type HidIdentity, plugHid } from './uhid.ts';

const SERIAL = 'BENCHPOS1';
const SCANNER: HidIdentity = {
  name: 'Bench POS Scanner',
  serialNumber: SERIAL,
  vendorId: 0x1d6b,
  productId: 0x0104,
  descriptor: POS_DESCRIPTOR,
};

/** An invented card in two reports (Honeywell's layout), a letter split between them. */
const REPORTS = [
  '02385d51313030313039393030303030317c7c4e677579e1bb856e205468e1bb8b205068c6b0c6a16e67205468e1baa36f7c30313031313939397c4ee1730001',
  '02295d5131bbaf7c53e1bb9120312c2042e1bb9320c490e1bb812c2048c3a0204ee1bb99697c3031303132303232000000000000000000000000000000730000',
].map((hex) => Buffer.from(hex, 'hex'));

async function find(): Promise<Device & { readonly path: string }> {
  const device = await eventually('the scanner in the list of devices', async () =>
    (await devicesAsync()).find(({ serialNumber }) => serialNumber === SERIAL),
  );
  const { path, usagePage, usage } = device;
  if (path === undefined) throw new Error('the scanner is listed without a path');
  if (usagePage !== 0x8c || usage !== 2) throw new Error(`listed with usage page ${usagePage}, usage ${usage}; wanted 140, 2`);
  return { ...device, path };
}

export const showsHidDevices: Check = {
  name: 'hid',
  modules: ['uhid', 'hid_generic'],
  async run() {
    const first = await plugHid(SCANNER);
    const { path } = await find();
    const handle = await HIDAsync.open(path);
    const reports: Buffer[] = [];
    let failure: unknown;
    handle.on('data', (report: Buffer) => reports.push(report));
    handle.on('error', (error: unknown) => (failure = error));
    // Not the synchronous kind: the device that answers lives in this very process.
    await handle.sendFeatureReport([0xfe, 0x01]);
    for (const report of REPORTS) first.input(report);
    await eventually('both reports', () => reports.length === REPORTS.length);
    const came = Buffer.concat(reports);
    if (!came.equals(Buffer.concat(REPORTS))) throw new Error(`the reports came as ${came.toString('hex')}`);
    const commands = first.received.map((report) => report.toString('hex')).join(' ');
    if (commands !== 'fe01') throw new Error(`the device received ${commands || 'nothing'}, wanted fe01`);
    first.unplug();
    await eventually('the unplugging as an error event', () => failure !== undefined);
    // Until the handle is closed the kernel cannot give the number away again.
    const second = await plugHid(SCANNER);
    const again = await find();
    await handle.close();
    second.unplug();
    if (again.path === path) throw new Error(`plugged in again at ${path}, the number it had; wanted another`);
    return [
      `${path}, serial number ${SERIAL}: ${reports.length} reports of ${REPORTS[0]?.length} bytes, feature report ${commands}`,
      `unplugged: ${String(failure)}; plugged in again: ${again.path}`,
    ];
  },
};
