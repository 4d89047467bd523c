// Checks: the daemon reads codes from HID scanners of both kinds at once, and goes on when one is unplugged in the middle of a
// code and comes back under another hidraw number.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../fakes/eventually.ts';
import { cardOf } from '../fakes/people.ts';
import type { Check } from './check.ts';
import { KEYBOARD_DESCRIPTOR, POS_DESCRIPTOR } from './hid-descriptors.ts';
import { keyReports } from './key-reports.ts';
import { type GuestKiosk, startKiosk, WAIT_MS } from './kiosk.ts';
import { posReports } from './pos-reports.ts';
import { type HidDevice, type HidIdentity, plugHid } from './uhid.ts';

/** Vendors and products as their makers' scanners have, so that the daemon's table of makers is used. */
const POS: HidIdentity = {
  name: 'Bench POS Scanner',
  serialNumber: 'BENCHPOS2',
  vendorId: 0x0c2e,
  productId: 0x0b81,
  descriptor: POS_DESCRIPTOR,
};
const KEYS: HidIdentity = {
  name: 'Bench Keyboard Scanner',
  serialNumber: 'BENCHKEYS2',
  vendorId: 0x05e0,
  productId: 0x1200,
  descriptor: KEYBOARD_DESCRIPTOR,
};

/** A keyboard scanner leaves out what it has no key for, without a trace; of `Nữ` an `N` would be left. */
const typedCard = (card: string): Buffer[] => keyReports(card.replace('|Nữ|', '|Nam|'));

/** A full-speed device is asked for a report this often; all at once they would overrun hidraw's 64 places. */
const INTERVAL_MS = 8;

interface Bench {
  readonly kiosk: GuestKiosk;
  readonly seen: string[];
  /** Codes read so far. */
  count: number;
}

/** Sends the next card and waits for its feedback, which must be of this card. */
async function read(bench: Bench, device: HidDevice, reportsOf: (card: string) => Buffer[]): Promise<void> {
  bench.count += 1;
  await bench.kiosk.opened(device.path);
  const reports = reportsOf(cardOf(bench.count));
  for (const report of reports) {
    device.input(report);
    await delay(INTERVAL_MS);
  }
  const startedMs = performance.now();
  const line = await bench.kiosk.feedback(bench.count);
  if (!line.startsWith('granted recorded in cccd ') || !line.endsWith(`0${bench.count}`)) {
    throw new Error(`card ${bench.count} gave ${JSON.stringify(line)}`);
  }
  const took = Math.round(performance.now() - startedMs);
  bench.seen.push(`card ${bench.count} through ${device.path} in ${reports.length} reports: ${line} (${took} ms after the last)`);
}

async function unplug({ kiosk }: Bench, device: HidDevice): Promise<void> {
  const before = kiosk.daemon.stderr.length;
  device.unplug();
  const told = () => kiosk.daemon.stderr.slice(before).some((line) => line.includes('stopped answering'));
  await eventually('the unplugging in the log', told, {
    deadlineMs: WAIT_MS,
    detail: () => kiosk.daemon.stderr.join('\n'),
  });
}

export const readsHidScanners: Check = {
  name: 'hid-scanners',
  modules: ['uhid', 'hid_generic'],
  async run() {
    const [pos, keys] = [await plugHid(POS), await plugHid(KEYS)];
    const kiosk = await startKiosk({
      scanners: [
        { id: 'pos', kind: 'hid-pos', serialNumber: POS.serialNumber },
        { id: 'keys', kind: 'hid-keyboard', vendorId: KEYS.vendorId, productId: KEYS.productId },
      ],
    });
    const bench: Bench = { kiosk, seen: [], count: 0 };
    await read(bench, pos, posReports);
    const commands = pos.received.map((report) => report.toString('hex')).join(' ');
    if (commands !== 'fe01') throw new Error(`the maker's start report is fe01, the device received ${commands || 'nothing'}`);
    await read(bench, keys, typedCard);
    const [half] = posReports(cardOf(9));
    if (half !== undefined) pos.input(half);
    await unplug(bench, pos);
    // Takes the freed number, so that the scanner comes back under another one.
    await unplug(bench, keys);
    const keysAgain = await plugHid(KEYS);
    const posAgain = await plugHid(POS);
    await read(bench, posAgain, posReports);
    await read(bench, keysAgain, typedCard);
    if (posAgain.path === pos.path) throw new Error(`${pos.path} is what it was before the replug; wanted another number`);
    const types = await kiosk.finish();
    for (const device of [posAgain, keysAgain]) device.unplug();
    const scans = types.filter((type) => type === 'gate.scan.v1').length;
    if (scans !== bench.count) throw new Error(`the journal holds ${scans} scans (${types.join(' ')}), wanted ${bench.count}`);
    return [...bench.seen, `start report ${commands}; ${pos.path} came back as ${posAgain.path}; ${scans} events`];
  },
};
