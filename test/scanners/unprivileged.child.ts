// A reader without rights: becomes the user nobody where it may, then attends one HID scanner and one serial scanner, and prints
// what is reported and read as lines of JSON. Words: the HID node, the serial port.

import { HIDAsync } from 'node-hid';
import { hidPosScanner } from '../../src/scanners/hid.ts';
import { serialScanner } from '../../src/scanners/serial.ts';
import { POS_A } from '../fakes/hid-descriptors.ts';
import { clock } from './attended.ts';

const NOBODY = 65_534;
const [node = '', port = ''] = process.argv.slice(2);
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
const devices = async () => [
  { path: node, vendorId: 0x1d6b, productId: 0x0104, serialNumber: 'S1', name: '', plug: '', descriptor: POS_A, inputs: [] },
];
const deps = (id: string) => ({ clock, report: (_part: string, message?: string) => say({ id, message }), random: () => 0 });
const hid = hidPosScanner(
  { id: 'hid', direction: 'in', serialNumber: 'S1' },
  { ...deps('hid'), devices, openHid: (path) => HIDAsync.open(path) },
);
const serial = serialScanner({ id: 'serial', direction: 'in', path: port, baudRate: 9_600 }, deps('serial'));

if (process.geteuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const { signal } = new AbortController();
await Promise.all(
  [hid, serial].map(async (scanner) => {
    for await (const { bytes } of scanner.scans(signal)) say({ id: scanner.id, read: Buffer.from(bytes).toString() });
  }),
);
