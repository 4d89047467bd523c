// HID scanners from plug to scan on a bus of fakes: found by what they are named, reopened, several at once, said once.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HidDeps, hidKeyboardScanner, type HidOptions, hidPosScanner } from '../../src/scanners/hid.ts';
import type { AttachedScanner } from '../../src/scanners/lines.ts';
import { FakeBus, type FakeDevice } from '../fakes/hid.ts';
import { KEYBOARD_BOOT, POS_A } from '../fakes/hid-descriptors.ts';
import { CARD_REPORTS, CARD_TEXT, ENTER, posReports, typed } from '../fakes/hid-reports.ts';
import { type Attended, attend, clock, faults } from './attended.ts';

const soon = { timeout: 30_000, interval: 5 };
const POS: FakeDevice = { path: '/dev/hidraw0', descriptor: POS_A, serialNumber: 'S1' };
let bus: FakeBus;
let reported: ReturnType<typeof faults>;
let lanes: Attended[];

beforeEach(() => {
  bus = new FakeBus();
  reported = faults();
  lanes = [];
});

afterEach(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()));
  expect(bus.open).toBe(0);
});

const deps = (): HidDeps => ({
  clock,
  report: reported.report,
  random: () => 0,
  devices: bus.devices,
  refused: bus.refused,
  openHid: bus.openHid,
});

function pos(options: Partial<HidOptions>): AttachedScanner {
  return hidPosScanner({ id: 'main', direction: 'in', ...options }, deps());
}

async function start(scanner: AttachedScanner, take?: Parameters<typeof attend>[1]): Promise<Attended> {
  const lane = attend(scanner, take);
  lanes.push(lane);
  await scanner.opened;
  return lane;
}

test('hidPosScanner yields codes in order, each with its scanner, symbology and the time', async () => {
  bus.plug(POS);
  const lane = await start(pos({ serialNumber: 'S1' }));
  bus.send(POS.path, [...CARD_REPORTS, ...posReports('second'), ...posReports('third')]);
  await vi.waitFor(() => expect(lane.texts).toEqual([CARD_TEXT, 'second', 'third']), soon);
  expect(lane.scans[0]).toMatchObject({ scanner: 'main', symbology: 'Q1', instant: { wallMs: expect.any(Number) } });
  expect(reported.told).toEqual([]);
});

test('hidPosScanner unplugged in the middle of a code drops it, says so once, and reads on under another hidraw number', async () => {
  bus.plug(POS);
  const scanner = pos({ serialNumber: 'S1' });
  const lane = await start(scanner);
  bus.send(POS.path, CARD_REPORTS.slice(0, 1));
  bus.unplug(POS.path);
  await vi.waitFor(() => expect(reported.told).toEqual([expect.stringMatching(/serial number S1.*unplugged/)]), soon);
  expect(bus.open).toBe(0);
  const listed = bus.listed;
  await vi.waitFor(() => expect(bus.listed).toBeGreaterThan(listed), soon);
  expect(reported.told).toHaveLength(1);
  bus.plug({ ...POS, path: '/dev/hidraw7' });
  await vi.waitFor(() => expect(reported.told).toEqual([expect.any(String), undefined]), soon);
  bus.send('/dev/hidraw7', [...CARD_REPORTS.slice(1), ...CARD_REPORTS]);
  await vi.waitFor(() => expect(lane.texts.at(-1)).toBe(CARD_TEXT), soon);
  expect(scanner.discarded.unplugged).toBe(56);
});

test('hidPosScanner drops a code that stopped for 300 ms, before the next one', async () => {
  bus.plug(POS);
  const scanner = pos({ vendorId: 0x0c2e, productId: 0x0b81 });
  const lane = await start(scanner);
  bus.send(POS.path, CARD_REPORTS.slice(0, 1));
  await vi.waitFor(() => expect(scanner.discarded.silence).toBe(56), soon);
  bus.send(POS.path, CARD_REPORTS);
  await vi.waitFor(() => expect(lane.texts).toEqual([CARD_TEXT]), soon);
});

test('hidPosScanner keeps what arrives while a scan is judged, and drops whole codes beyond its bound', async () => {
  bus.plug(POS);
  const judged = Promise.withResolvers<void>();
  const lane = await start(pos({ serialNumber: 'S1' }), () => judged.promise);
  bus.send(POS.path, posReports('first'));
  await vi.waitFor(() => expect(lane.texts).toEqual(['first']), soon);
  for (let n = 0; n < 200; n += 1) bus.send(POS.path, CARD_REPORTS);
  judged.resolve();
  await vi.waitFor(() => expect(lane.texts).toHaveLength(129), soon);
  expect(new Set(lane.texts.slice(1))).toEqual(new Set([CARD_TEXT]));
  bus.send(POS.path, posReports('after'));
  await vi.waitFor(() => expect(lane.texts.at(-1)).toBe('after'), soon);
});

test('hidPosScanner sends the maker’s start report, and needs no device to take it', async () => {
  bus.plug({ ...POS, features: ['fe01'] });
  bus.plug({ ...POS, path: '/dev/hidraw1', serialNumber: 'S2' });
  bus.plug({ ...POS, path: '/dev/hidraw2', serialNumber: 'S3', vendorId: 0x1eab });
  const read = await Promise.all(['S1', 'S2', 'S3'].map((serialNumber) => start(pos({ serialNumber }))));
  expect(bus.sent).toEqual(['fe01', 'fe01']);
  ['/dev/hidraw0', '/dev/hidraw1', '/dev/hidraw2'].forEach((path) => bus.send(path, posReports(path)));
  await vi.waitFor(
    () => expect(read.map(({ texts }) => texts)).toEqual([['/dev/hidraw0'], ['/dev/hidraw1'], ['/dev/hidraw2']]),
    soon,
  );
});

test('hidPosScanner names two scanners with the same serial number and the cure, and reads again when one is gone', async () => {
  bus.plug(POS);
  bus.plug({ ...POS, path: '/dev/hidraw1' });
  const lane = await start(pos({ serialNumber: 'S1' }));
  expect(reported.told).toEqual([expect.stringMatching(/2 scanners have the same serial number S1.*hidraw0.*hidraw1.*path/)]);
  bus.unplug('/dev/hidraw0');
  await vi.waitFor(() => expect(reported.told.at(-1)).toBeUndefined(), soon);
  bus.send('/dev/hidraw1', CARD_REPORTS);
  await vi.waitFor(() => expect(lane.texts).toEqual([CARD_TEXT]), soon);
});

test('hidPosScanner tells of a scanner that is not there or in keyboard mode, and reads it once it is right', async () => {
  await start(pos({ serialNumber: 'S1' }));
  expect(reported.told.at(-1)).toMatch(/serial number S1 is not there; plug/);
  bus.plug({ ...POS, descriptor: KEYBOARD_BOOT });
  await vi.waitFor(() => expect(reported.told.at(-1)).toMatch(/another mode .*keyboard/), soon);
  bus.unplug(POS.path);
  bus.plug(POS);
  await vi.waitFor(() => expect(reported.told.at(-1)).toBeUndefined(), soon);
});

test('hidPosScanner tells once of a device that sends nothing it knows, and takes it back at the first code', async () => {
  bus.plug(POS);
  const lane = await start(pos({ serialNumber: 'S1' }));
  bus.send(
    POS.path,
    Array.from({ length: 9 }, () => Buffer.alloc(40, 2)),
  );
  await vi.waitFor(() => expect(reported.told).toEqual([expect.stringMatching(/hidraw0 sends reports that fit neither/)]), soon);
  bus.send(POS.path, CARD_REPORTS);
  await vi.waitFor(() => expect(lane.texts).toEqual([CARD_TEXT]), soon);
  expect(reported.told).toEqual([expect.any(String), undefined]);
});

test('hidKeyboardScanner reads by path, ends at Enter or a pause, and says that letters may be missing', async () => {
  bus.plug({ path: '/dev/hidraw3', descriptor: KEYBOARD_BOOT });
  const lane = await start(hidKeyboardScanner({ id: 'old', direction: 'in', path: '/dev/hidraw3', layout: 'us' }, deps()));
  bus.send('/dev/hidraw3', [...typed('GT1:ABC'), ...ENTER, ...typed('no end')]);
  await vi.waitFor(() => expect(lane.texts).toEqual(['GT1:ABC', 'no end']), soon);
  expect(lane.scans.map(({ lossy }) => lossy)).toEqual([true, true]);
});

test('stopping a HID scanner ends its scans at once and closes the device, also before the first report', async () => {
  bus.plug(POS);
  const lane = await start(pos({ serialNumber: 'S1' }));
  expect(bus.open).toBe(1);
  await lane.stop();
  expect([lane.ended, bus.open]).toEqual([true, 0]);
});

test('a HID scanner stopped while its device is being opened closes it cleanly', async () => {
  bus.plug(POS);
  const opening = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const openHid = async (path: string) => {
    opening.resolve();
    await go.promise;
    return await bus.openHid(path);
  };
  const lane = attend(hidPosScanner({ id: 'main', direction: 'in', path: POS.path }, { ...deps(), openHid }));
  await opening.promise;
  const stopped = lane.stop();
  go.resolve();
  await stopped;
  expect([lane.ended, bus.open]).toEqual([true, 0]);
});
