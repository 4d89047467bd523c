// What can be wrong between a scanner and its device - no permission, two names for one, one for two, not there for an hour - is
// said once with the cure, and is over by itself when the cause is.

import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { DeviceClaims } from '../../src/scanners/claims.ts';
import { type HidDeps, type HidOptions, hidPosScanner } from '../../src/scanners/hid.ts';
import type { AttachedScanner } from '../../src/scanners/lines.ts';
import { serialScanner } from '../../src/scanners/serial.ts';
import { eventually } from '../fakes/eventually.ts';
import { FakeBus, type FakeDevice } from '../fakes/hid.ts';
import { POS_A } from '../fakes/hid-descriptors.ts';
import { CARD_REPORTS, CARD_TEXT } from '../fakes/hid-reports.ts';
import { openPty, type Plug, plug } from '../fakes/pty.ts';
import { type Attended, attend, clock, faults } from './attended.ts';
import { ended } from './child-process.ts';

const HOUR_MS = 3_600_000;
const POS: FakeDevice = { path: '/dev/hidraw0', descriptor: POS_A, serialNumber: 'S1' };
let folder: string;
let bus: FakeBus;
let claims: DeviceClaims;
let lanes: Attended[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  bus = new FakeBus();
  claims = new DeviceClaims();
  lanes = [];
});

afterEach(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()));
  rmSync(folder, { recursive: true });
});

type Reported = ReturnType<typeof faults>;
interface Lane {
  readonly lane: Attended;
  readonly told: Reported['told'];
  readonly opened: Promise<void>;
}

function started(scanner: (report: Reported['report']) => AttachedScanner): Lane {
  const reported = faults();
  const made = scanner(reported.report);
  const lane = attend(made);
  lanes.push(lane);
  return { lane, told: reported.told, opened: made.opened };
}

const hid = (options: Partial<HidOptions>, deps: Partial<HidDeps> = {}): Lane =>
  started((report) =>
    hidPosScanner(
      { id: 'main', direction: 'in', ...options },
      { clock, report, random: () => 0, claims, devices: bus.devices, refused: bus.refused, openHid: bus.openHid, ...deps },
    ),
  );
const serial = (id: string, path: string, pause?: HidDeps['pause']): Lane =>
  started((report) =>
    serialScanner(
      { id, direction: 'in', path, baudRate: 9_600 },
      { clock, report, random: () => 0, claims, ...(pause ? { pause } : {}) },
    ),
  );
const cable = (link: string): Plug => {
  const plugged = plug(join(folder, link));
  onTestFinished(() => plugged.close());
  return plugged;
};

/** Waits that take no time; `then` runs when an hour of them is over. */
function hourOfWaiting(then: () => void): { readonly waits: number[]; readonly pause: NonNullable<HidDeps['pause']> } {
  const waits: number[] = [];
  let waitedMs = 0;
  return {
    waits,
    async pause(ms) {
      waits.push(ms);
      const before = waitedMs;
      waitedMs += ms;
      if (before < HOUR_MS && waitedMs >= HOUR_MS) then();
    },
  };
}

describe('a device that appears an hour after the start', () => {
  test('is read when it is HID; until then its absence is said once, and asked for every two seconds', async () => {
    const { waits, pause } = hourOfWaiting(() => bus.plug(POS));
    const { lane, told } = hid({ serialNumber: 'S1' }, { pause });
    await eventually('the device opened', () => bus.open === 1);
    bus.send(POS.path, CARD_REPORTS);
    await eventually('a code', () => lane.texts.length === 1);
    expect(told).toEqual([expect.stringMatching(/serial number S1 is not there; plug/), undefined]);
    expect(waits.slice(0, 5)).toEqual([250, 500, 1_000, 2_000, 2_000]);
    expect(Math.max(...waits)).toBe(2_000);
    expect(waits.length).toBeGreaterThan(1_800);
  });

  test('is read when it is serial', async () => {
    let late: Plug | undefined;
    const { waits, pause } = hourOfWaiting(() => (late = cable('by-id/usb-late')));
    const { lane, told } = serial('main', join(folder, 'by-id/usb-late'), pause);
    await eventually('the port opened', () => told.length === 2);
    await late?.write('late\r');
    await eventually('a code', () => lane.texts[0] === 'late');
    expect(told).toEqual([expect.stringContaining('usb-late is not there'), undefined]);
    expect(waits.length).toBeGreaterThan(1_800);
  });
});

describe('two scanners of the configuration that are one device', () => {
  test('HID: the second is told both names and the cure, codes count once, and it takes over when the first is gone', async () => {
    bus.plug(POS);
    const first = hid({ id: 'main', serialNumber: 'S1' });
    await eventually('the first open', () => bus.open === 1);
    const second = hid({ id: 'desk', vendorId: 0x0c2e, productId: 0x0b81 });
    await eventually('the second told', () => second.told.length > 0);
    expect(second.told).toEqual([
      expect.stringMatching(
        /^scanner main and scanner desk are one device: HID device 0c2e:0b81 is \/dev\/hidraw0.*name another device/,
      ),
    ]);
    bus.send(POS.path, CARD_REPORTS);
    await eventually('a code', () => first.lane.texts.length === 1);
    expect([second.lane.texts, bus.open]).toEqual([[], 1]);
    await first.lane.stop();
    await eventually('the second open', () => second.told.length === 2 && bus.open === 1);
    bus.send(POS.path, CARD_REPORTS);
    await eventually('its code', () => second.lane.texts[0] === CARD_TEXT);
    expect(first.told).toEqual([]);
  });

  test('HID: an unplugged device is free for whoever comes next', async () => {
    bus.plug(POS);
    const { told } = hid({ serialNumber: 'S1' });
    await eventually('the device opened', () => bus.open === 1);
    bus.unplug(POS.path);
    await eventually('the fault', () => told.length === 1);
    bus.plug(POS);
    await eventually('the device opened again', () => told.length === 2 && bus.open === 1);
    expect(told[1]).toBeUndefined();
  });

  test('serial: a name shared under by-id leads to the port of the other scanner', async () => {
    const port = cable('by-path/usb-0:1.2');
    mkdirSync(join(folder, 'by-id'));
    symlinkSync(port.path, join(folder, 'by-id/usb-1a86_USB_Serial'));
    const first = serial('main', port.link);
    await first.opened;
    const second = serial('desk', join(folder, 'by-id/usb-1a86_USB_Serial'));
    await eventually('the second told', () => second.told.length > 0);
    expect(second.told).toEqual([
      expect.stringMatching(
        /^scanner main and scanner desk are one device: .*by-id\/usb-1a86_USB_Serial is .*\/dev\/serial\/by-path$/,
      ),
    ]);
    await first.lane.stop();
    await eventually('the second open', () => second.told.length === 2);
    await port.write('mine\r');
    await eventually('its code', () => second.lane.texts[0] === 'mine');
  });
});

test('two HID scanners with the same serial number: each of the two that are configured by it is told both devices and the cure', async () => {
  bus.plug({ ...POS, plug: 'usb-1.2' });
  bus.plug({ ...POS, path: '/dev/hidraw1', plug: 'usb-1.3' });
  const both = [
    hid({ id: 'in', serialNumber: 'S1' }),
    hid({ id: 'out', serialNumber: 'S1', vendorId: 0x0c2e, productId: 0x0b81 }),
  ];
  for (const { told } of both) {
    await eventually('the fault', () => told.length > 0);
    expect(told).toEqual([
      expect.stringMatching(/same serial number S1: \/dev\/hidraw0 at usb-1.2, \/dev\/hidraw1 at usb-1.3; name each by its path/),
    ]);
  }
  expect(bus.open).toBe(0);
});

test('a HID scanner that the kernel refuses is told from one that is not plugged in', async () => {
  const { told } = hid(
    { serialNumber: 'S1' },
    { refused: async () => [{ ...POS, vendorId: 1, productId: 2, serialNumber: 'S1', name: '', plug: '' }] },
  );
  await eventually('the fault', () => told.length > 0);
  expect(told).toEqual([
    expect.stringMatching(/S1 is plugged in, but the kernel refuses its report descriptor; set the scanner to USB-COM/),
  ]);
});

describe('without permission', () => {
  test('a process of another user is told what to do, once, and reads the port as soon as it may', async () => {
    const [node, port] = [openPty(), openPty()];
    for (const { path } of [node, port]) chmodSync(path, 0o000);
    const script = fileURLToPath(new URL('./unprivileged.child.ts', import.meta.url));
    const child = spawn(process.execPath, [script, node.path, port.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(async () => {
      await ended(child);
      node.close();
      port.close();
    });
    const lines: { id: string; message?: string; read?: string }[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as (typeof lines)[number]));
    const told = (id: string) => lines.filter((line) => line.id === id);
    await eventually('both faults', () => told('hid').length > 0 && told('serial').length > 0);
    expect(told('hid')[0]?.message).toMatch(
      new RegExp(`no permission to open ${node.path}; install hardware/udev/60-gate-reader.rules.*group gate-reader`),
    );
    expect(told('serial')[0]?.message).toMatch(new RegExp(`no permission to open ${port.path}; .*group dialout`));
    for (const { path } of [node, port]) chmodSync(path, 0o666);
    await eventually('the port open', () => told('serial').length === 2);
    await port.write('mine\r');
    await eventually('a code', () => told('serial').at(-1)?.read === 'mine');
    expect(told('serial').map(({ message }) => message === undefined)).toEqual([false, true, true]);
    // A terminal is no HID device, which is seen once it may be opened at all.
    await eventually('another fault', () => told('hid').length === 2);
    expect(told('hid')[1]?.message).toMatch(/does not open .*; unplug the scanner/);
  });
});
