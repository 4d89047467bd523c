// Check: the daemon reads codes through ffmpeg and the kernel's video devices - MJPEG, as most USB cameras send it, and plain YUYV -
// each code once, however long it is held up; a camera that hangs, is unplugged, comes back or comes late is a fault and then works
// again, and the kernel's test picture is never taken for a code.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder, writeConfiguration } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';
import { cardOf } from '../fakes/people.ts';
import type { Check } from './check.ts';
import { type GuestKiosk, ROOT, startKiosk, WAIT_MS } from './kiosk.ts';
import { FPS, type LoopbackCamera, plugLoopback, SIZE, switchOn, unplugLoopback } from './loopback-camera.ts';

const NUMBERS = { mjpeg: 20, yuyv: 21, vivid: 22 };
/** Longer than the ten seconds in which a second scan of a code would only be answered, and longer than a code takes to leave. */
const HELD_MS = 11_000;

const camera = (id: keyof typeof NUMBERS, inputFormat: string, fps = FPS) => ({
  id,
  kind: 'camera',
  source: 'v4l2',
  path: `/dev/video${NUMBERS[id]}`,
  inputFormat,
  ...SIZE,
  fps,
});

/** The kernel's virtual camera: a moving test picture, in YUYV. */
function bindVivid(bound: boolean): Promise<boolean> {
  writeFileSync(`/sys/bus/platform/drivers/vivid/${bound ? 'bind' : 'unbind'}`, 'vivid.0');
  return eventually('the test camera', () => existsSync(`/dev/video${NUMBERS.vivid}`) === bound, { deadlineMs: WAIT_MS });
}

/** `gate-reader camera test` on the test picture: figures, no code, and therefore exit code 1. */
function testsCamera(): string {
  const folder = temporaryFolder();
  const configuration = writeConfiguration(folder.path, {
    site: 'truong-gia-dinh',
    reader: 'cong-thu',
    direction: 'in',
    scanners: [camera('vivid', 'yuyv422')],
  });
  const words = ['camera', 'test', '--config', configuration, '--seconds', '3', '--json'];
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'scripts', 'gate-reader'), words, { encoding: 'utf8' });
  folder.remove();
  const { frames, framesWithCode, hints } = JSON.parse(stdout || '{}') as Record<string, unknown>;
  const good = status === 1 && Number(frames) > 4 && framesWithCode === 0 && Array.isArray(hints) && hints.includes('no-code');
  if (!good) throw new Error(`camera test ended with ${status}: ${stdout}${stderr}`);
  return `camera test on the kernel's test picture: ${String(frames)} frames, no code in them; hints ${hints.join(' ')}`;
}

async function reads(kiosk: GuestKiosk, index: number): Promise<string> {
  const startedMs = performance.now();
  const line = await kiosk.feedback(index);
  if (line !== `granted recorded in cccd ******00000${index}`) throw new Error(`card ${index} gave ${JSON.stringify(line)}`);
  return `${line} (${Math.round(performance.now() - startedMs)} ms after it was held up)`;
}

/** A code is held up for longer than it would take to count again; meanwhile the test camera is unplugged and comes back. */
async function holdsUp(kiosk: GuestKiosk, jpeg: LoopbackCamera): Promise<string[]> {
  jpeg.show(cardOf(1));
  const read = await reads(kiosk, 1);
  const sinceMs = performance.now();
  await bindVivid(false);
  await kiosk.logged(`/dev/video${NUMBERS.vivid} is not there`);
  await bindVivid(true);
  await kiosk.logged('scanner:vivid: works again');
  await delay(Math.max(0, HELD_MS - (performance.now() - sinceMs)));
  const lines = kiosk.daemon.feedback();
  if (lines.length !== 1) throw new Error(`a code that stayed in view gave ${lines.join('; ')}`);
  const heldS = Math.round((performance.now() - sinceMs) / 1000);
  return [`MJPEG: ${read}`, `it stayed for ${heldS} s and counted once; the test camera was unplugged meanwhile and came back`];
}

/** The camera hangs, is unplugged, and comes back; with it comes one that was never there. */
async function comesBack(kiosk: GuestKiosk, before: LoopbackCamera): Promise<string[]> {
  await before.hang();
  await kiosk.logged(`${before.device} stopped sending pictures`);
  await unplugLoopback();
  await kiosk.logged(`${before.device} is not there`);
  await plugLoopback([NUMBERS.mjpeg, NUMBERS.yuyv]);
  const jpeg = switchOn(NUMBERS.mjpeg, 'mjpeg');
  jpeg.show(cardOf(2));
  const again = await reads(kiosk, 2);
  jpeg.show(undefined);
  const yuyv = switchOn(NUMBERS.yuyv, 'yuyv422');
  yuyv.show(cardOf(3));
  const late = await reads(kiosk, 3);
  const { length: count } = kiosk.daemon.feedback();
  for (const each of [jpeg, yuyv]) await each.hang();
  if (count !== 3) throw new Error(`three codes gave ${kiosk.daemon.feedback().join('; ')}`);
  return [`after a hang and a replug: ${again}`, `YUYV, plugged in long after the start: ${late}`];
}

export const readsCameras: Check = {
  name: 'cameras',
  modules: [],
  async run() {
    execFileSync('modprobe', ['vivid', 'n_devs=1', `vid_cap_nr=${NUMBERS.vivid}`, 'node_types=0x1', 'input_types=0']);
    const tested = testsCamera();
    await plugLoopback([NUMBERS.mjpeg]);
    const jpeg = switchOn(NUMBERS.mjpeg, 'mjpeg');
    const kiosk = await startKiosk({
      scanners: [camera('mjpeg', 'mjpeg'), camera('yuyv', 'yuyv422'), camera('vivid', 'yuyv422', 2)],
    });
    await kiosk.logged(`/dev/video${NUMBERS.yuyv} is not there`);
    const seen = [tested, ...(await holdsUp(kiosk, jpeg)), ...(await comesBack(kiosk, jpeg))];
    const types = await kiosk.finish();
    const scans = types.filter((type) => type === 'gate.scan.v1').length;
    if (scans !== 3) throw new Error(`the journal holds ${scans} scans (${types.join(' ')}), wanted 3`);
    return seen;
  },
};
