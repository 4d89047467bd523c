// Serial scanners on real pseudo-terminals: order, plugging, silence, floods and who waits for whom.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttachedScanner } from '../../src/scanners/lines.ts';
import { type SerialOptions, serialScanner } from '../../src/scanners/serial.ts';
import { type Plug, plug } from '../fakes/pty.ts';
import { type Attended, attend, clock, faults } from './attended.ts';

const soon = { timeout: 30_000, interval: 5 };
let folder: string;
let link: string;
let cable: Plug;
let lane: Attended;
let reported: ReturnType<typeof faults>;
/** How often the scanner has drawn a delay before its next attempt. */
let delays: number;

beforeEach(() => {
  delays = 0;
  folder = mkdtempSync(join(tmpdir(), 'serial-'));
  link = join(folder, 'by-id', 'usb-scanner-if00');
  reported = faults();
});

afterEach(async () => {
  await lane.stop();
  cable.close();
  rmSync(folder, { recursive: true });
});

function random(): number {
  delays += 1;
  return 0;
}

function makeScanner(options: Partial<SerialOptions> = {}): AttachedScanner {
  return serialScanner(
    { id: 'main', direction: 'in', path: link, baudRate: 9_600, ...options },
    { clock, report: reported.report, random },
  );
}

/** Plugs a scanner in, attends it and waits until it is open: opening throws away what was sent before. */
async function start(take?: Parameters<typeof attend>[1]): Promise<AttachedScanner> {
  cable = plug(link);
  const scanner = makeScanner();
  lane = attend(scanner, take);
  await scanner.opened;
  return scanner;
}

test('serialScanner yields 1,000 codes in order, each with its scanner and the time', async () => {
  await start();
  const codes = Array.from(
    { length: 1_000 },
    (_, n) => `001099${String(n).padStart(6, '0')}||Nguyễn Thị Ánh|01011999|Nữ|Hà Nội|01012022`,
  );
  await cable.write(`${codes.join('\r')}\r`);
  await vi.waitFor(() => expect(lane.scans).toHaveLength(1_000), soon);
  expect(lane.texts).toEqual(codes);
  expect(new Set(lane.scans.map((scan) => scan.scanner))).toEqual(new Set(['main']));
  const times = lane.scans.map((scan) => scan.instant.monotonicMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(reported.told).toEqual([]);
});

test('serialScanner drops and counts a code cut by unplugging, says so once, and reads on after a replug', async () => {
  const scanner = await start();
  await cable.write('before\r001099');
  await vi.waitFor(() => expect(lane.texts).toEqual(['before']), soon);
  cable.close();
  // The second delay is drawn after an attempt that found nothing.
  await vi.waitFor(() => expect(delays).toBe(2), soon);
  expect(reported.told).toEqual([expect.stringMatching(/unplugged/)]);
  expect(scanner.discarded).toEqual({ overlong: 0, silence: 0, unplugged: 6 });
  cable = plug(link);
  await vi.waitFor(() => expect(reported.told).toHaveLength(2), soon);
  expect(reported.told[1]).toBeUndefined();
  await cable.write('after\r');
  await vi.waitFor(() => expect(lane.texts).toEqual(['before', 'after']), soon);
});

test('serialScanner with no device at start does not hold the start up, and reads once it appears', async () => {
  const scanner = makeScanner();
  lane = attend(scanner);
  await scanner.opened;
  expect(reported.told).toEqual([expect.stringContaining(`${link} is not there`)]);
  cable = plug(link);
  await vi.waitFor(() => expect(reported.told.at(-1)).toBeUndefined(), soon);
  await cable.write('late\r');
  await vi.waitFor(() => expect(lane.texts).toEqual(['late']), soon);
});

test('serialScanner notices a device pulled out while its last code is still being judged', async () => {
  const judged = Promise.withResolvers<void>();
  await start(() => judged.promise);
  await cable.write('one\r');
  await vi.waitFor(() => expect(lane.texts).toEqual(['one']), soon);
  cable.close();
  judged.resolve();
  await vi.waitFor(() => expect(reported.told).toContainEqual(expect.stringMatching(/unplugged/)), soon);
});

test('serialScanner keeps its port to itself, names the holder, and leaves the port free after an abort', async () => {
  await start();
  const others = faults();
  const second = serialScanner({ id: 'second', direction: 'in', path: link, baudRate: 9_600 }, { clock, report: others.report });
  const secondLane = attend(second);
  await second.opened;
  expect(others.told).toEqual([expect.stringContaining(`in use by process ${process.pid}`)]);
  await lane.stop();
  await vi.waitFor(() => expect(others.told.at(-1)).toBeUndefined(), soon);
  await cable.write('mine\r');
  await vi.waitFor(() => expect(secondLane.texts).toEqual(['mine']), soon);
  await secondLane.stop();
});

test('serialScanner given up between two attempts ends at once', async () => {
  const scanner = makeScanner();
  lane = attend(scanner);
  await scanner.opened;
  const ended = lane.stop().then(() => 'at once');
  // Sooner than the next attempt could; a machine that is busy elsewhere holds up both.
  expect(await Promise.race([ended, delay(100, 'later')])).toBe('at once');
  expect(lane.ended).toBe(true);
  cable = plug(link);
});

test('serialScanner drops a partial code after silence and counts it; the next one is whole', async () => {
  const scanner = await start();
  await cable.write('001099');
  await vi.waitFor(() => expect(scanner.discarded.silence).toBe(6), soon);
  await cable.write('whole\r');
  await vi.waitFor(() => expect(lane.texts).toEqual(['whole']), soon);
});

test('serialScanner does not take its own stall for silence on the line', async () => {
  const scanner = await start();
  await cable.write('first\r00109');
  await vi.waitFor(() => expect(lane.texts).toEqual(['first']), soon);
  // The rest is in the kernel while nothing of this process runs, as in a slow commit; afterwards timers come before input.
  await immediate();
  const written = cable.write('9000001\r');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  await written;
  await vi.waitFor(() => expect(lane.scans).toHaveLength(2), soon);
  expect(lane.texts).toEqual(['first', '001099000001']);
  expect(scanner.discarded.silence).toBe(0);
});

test('serialScanner survives a megabyte without a suffix: one fault, then the next code', async () => {
  const scanner = await start();
  await cable.write(Buffer.alloc(1_000_000, 'x'));
  await cable.write('\rgood\r');
  await vi.waitFor(() => expect(lane.texts).toEqual(['!overlong', 'good']), soon);
  expect(scanner.discarded).toEqual({ overlong: 1_000_000, silence: 0, unplugged: 0 });
});

test('serialScanner reads nothing ahead of a busy lane: the kernel stops the sender', async () => {
  const judged = Promise.withResolvers<void>();
  await start(() => judged.promise);
  const codes = Array.from({ length: 40_000 }, (_, n) => `code-${n}`);
  const written = cable.write(`${codes.join('\r')}\r`);
  await vi.waitFor(() => expect(cable.refusals).toBeGreaterThan(50), soon);
  expect(lane.scans).toHaveLength(1);
  judged.resolve();
  await written;
  await vi.waitFor(() => expect(lane.scans).toHaveLength(40_000), { timeout: 30_000 });
  expect(lane.texts).toEqual(codes);
});

test('serialScanner takes its suffix, prefix and line settings from its options', async () => {
  cable = plug(link);
  const scanner = makeScanner({ prefix: '\x02', suffix: '\x03', baudRate: 115_200, dataBits: 7, parity: 'even', stopBits: 2 });
  lane = attend(scanner);
  await scanner.opened;
  await cable.write('\x02]Q1a\rb\x03');
  await vi.waitFor(() => expect(lane.texts).toEqual(['a\rb']), soon);
  expect(lane.scans[0]?.symbology).toBe('Q1');
});
