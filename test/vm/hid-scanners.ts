// Checks: the daemon reads codes from HID scanners of both kinds at once, and goes on when either is unplugged in the middle of a
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

/**
 * hidraw has 64 places; half of them are filled at once, then the daemon's turn comes. One report at a time, as a device sends
 * them, an emulated machine that stands still between two of them would look like the pause that ends a keyboard's code.
 */
const BURST = 32;
const BURST_PAUSE_MS = 16;

async function send(device: HidDevice, reports: readonly Buffer[]): Promise<void> {
  for (const [index, report] of reports.entries()) {
    if (index > 0 && index % BURST === 0) await delay(BURST_PAUSE_MS);
    device.input(report);
  }
}

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
  await send(device, reports);
  const startedMs = performance.now();
  const line = await bench.kiosk.feedback(bench.count);
  if (!line.startsWith('granted recorded in cccd ') || !line.endsWith(`0${bench.count}`)) {
    throw new Error(`card ${bench.count} gave ${JSON.stringify(line)}`);
  }
  const took = Math.round(performance.now() - startedMs);
  bench.seen.push(`card ${bench.count} through ${device.path} in ${reports.length} reports: ${line} (${took} ms after the last)`);
}

/** Sends the beginning of a card and unplugs in the middle of it; resolves when that was noticed. */
async function unplugWhileReading({ kiosk }: Bench, device: HidDevice, reports: readonly Buffer[]): Promise<void> {
  const before = kiosk.daemon.stderr.length;
  await send(device, reports.slice(0, Math.min(reports.length - 1, BURST)));
  // Long enough for the daemon to take them; shorter than the pause after which it would take them for a whole code.
  await delay(BURST_PAUSE_MS);
  device.unplug();
  const told = () => kiosk.daemon.stderr.slice(before).some((line) => line.includes('stopped answering'));
  await eventually('the unplugging in the log', told, {
    deadlineMs: WAIT_MS,
    detail: () => kiosk.daemon.stderr.join('\n'),
  });
}

/** A keyboard has no key for most Vietnamese letters: those scans, and no others, say that their text is not whole. */
function marksKeyboardScans(kiosk: GuestKiosk): string {
  const marked = kiosk.events().flatMap(({ type, data }) => (type === 'gate.scan.v1' ? [data.warnings?.join(' ') ?? '-'] : []));
  if (marked.join() !== '-,lossy-text,-,lossy-text') {
    throw new Error(`the scans carry the warnings ${marked.join(', ')}; wanted lossy-text on the second and the fourth`);
  }
  return 'both keyboard scans, their letters beyond ASCII lost, were decided by the number and marked lossy-text';
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
    await read(bench, keys, keyReports);
    await unplugWhileReading(bench, pos, posReports(cardOf(8)));
    await unplugWhileReading(bench, keys, keyReports(cardOf(9)));
    // Takes the freed number, so that the other scanner comes back under another one.
    const keysAgain = await plugHid(KEYS);
    const posAgain = await plugHid(POS);
    await read(bench, posAgain, posReports);
    await read(bench, keysAgain, keyReports);
    bench.seen.push(marksKeyboardScans(kiosk));
    if (posAgain.path === pos.path) throw new Error(`${pos.path} is what it was before the replug; wanted another number`);
    const types = await kiosk.finish();
    for (const device of [posAgain, keysAgain]) device.unplug();
    const scans = types.filter((type) => type === 'gate.scan.v1').length;
    if (scans !== bench.count) throw new Error(`the journal holds ${scans} scans (${types.join(' ')}), wanted ${bench.count}`);
    return [...bench.seen, `start report ${commands}; ${pos.path} came back as ${posAgain.path}; ${scans} events`];
  },
};
