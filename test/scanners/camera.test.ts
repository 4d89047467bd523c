// The camera scanner on a real child process that writes frames, a real decoding thread and real decoders.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { cameraScanner } from '../../src/scanners/camera.ts';
import type { CameraOptions } from '../../src/scanners/camera-options.ts';
import type { CameraDeps } from '../../src/scanners/camera-view.ts';
import type { Looked } from '../../src/scanners/camera-worker.ts';
import { eventually } from '../fakes/eventually.ts';
import { type Attended, attend, clock, faults } from './attended.ts';
import type { Run, Scene } from './camera-program.child.ts';

const PROGRAM = fileURLToPath(new URL('./camera-program.child.ts', import.meta.url));
const SIZE = { width: 320, height: 240 };
const TIMINGS = { firstFrameMs: 15_000, stallMs: 300, decoding: { hangMs: 5_000, firstPauseMs: 10, maxPauseMs: 50 } };

let folder: string;
let reported: ReturnType<typeof faults>;
let looks: Looked[];
let lane: Attended | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'camera-'));
  reported = faults();
  looks = [];
  lane = undefined;
});

afterEach(async () => {
  await lane?.stop();
  rmSync(folder, { recursive: true });
});

const starts = (): number => statSync(join(folder, 'starts'), { throwIfNoEntry: false })?.size ?? 0;

function camera(runs: readonly Run[], options: Partial<CameraOptions> = {}, deps: Partial<CameraDeps> = {}) {
  const script = JSON.stringify({ ...SIZE, fps: 40, starts: join(folder, 'starts'), runs });
  const scanner = cameraScanner(
    {
      id: 'cam',
      direction: 'in',
      source: 'command',
      command: [process.execPath, PROGRAM, script],
      ...SIZE,
      fps: 40,
      decoder: 'zxing',
      ...options,
    },
    { clock, report: reported.report, random: () => 0, timings: TIMINGS, looked: (looked) => void looks.push(looked), ...deps },
  );
  lane = attend(scanner);
  return { scanner, lane };
}

const code = (text: string, x = 10, y = 10, scale = 3) => ({ text, x, y, scale });
const shown = (frames: number, ...texts: readonly string[]): Scene => ({ frames, codes: texts.map((text) => code(text)) });
const nothing = (frames?: number): Scene => ({ codes: [], ...(frames === undefined ? {} : { frames }) });

describe('cameraScanner', () => {
  test.each(['zxing', 'jsqr'] as const)('yields the bytes of a code shown to it, once while it stays, by %s', async (decoder) => {
    const text = '001099000001||Nguyễn Thị Ánh|01011999|Nữ|Hà Nội|01012022';
    const before = performance.now();
    const { lane: reading } = camera([{ scenes: [nothing(2), { codes: [code(text)] }] }], { decoder });
    await eventually('a code', () => reading.scans.length > 0);
    const seen = looks.length;
    await eventually('more frames with it', () => looks.length > seen + 10);
    expect(reading.texts).toEqual([text]);
    const [scan] = reading.scans;
    expect(scan).toMatchObject({ scanner: 'cam', symbology: 'Q1' });
    expect(scan?.instant.monotonicMs).toBeGreaterThan(before);
    expect(scan?.instant.monotonicMs).toBeLessThan(performance.now());
  });

  test('counts a code again after it has left view for a second, not before', async () => {
    const runs = [{ scenes: [shown(6, 'A'), nothing(8), shown(6, 'A'), nothing(80), shown(6, 'A'), nothing()] }];
    const { lane: reading } = camera(runs);
    await eventually('twice', () => reading.scans.length === 2);
    const [first, second] = reading.scans;
    expect((second?.instant.monotonicMs ?? 0) - (first?.instant.monotonicMs ?? 0)).toBeGreaterThan(1_500);
    expect(reading.texts).toEqual(['A', 'A']);
  });

  test('takes the largest of two codes in view', async () => {
    const { lane: reading } = camera([{ scenes: [{ codes: [code('small', 10, 10, 2), code('large', 120, 20, 5)] }] }]);
    await eventually('twenty frames', () => looks.length > 20);
    expect(looks.at(-1)?.codes).toHaveLength(2);
    expect(reading.texts).toEqual(['large']);
  });

  test('looks at its region alone', async () => {
    const region = { x: 0, y: 0, width: 110, height: 240 };
    const { lane: reading } = camera([{ scenes: [{ codes: [code('small', 10, 10, 2), code('large', 120, 20, 5)] }] }], {
      region,
    });
    await eventually('a code', () => reading.scans.length > 0);
    expect(reading.texts).toEqual(['small']);
  });
});

describe('the program of cameraScanner', () => {
  test('dies in the middle of a frame: the next one begins at a whole frame, and codes are read again', async () => {
    const { lane: reading } = camera([{ scenes: [nothing(3)], end: 'half' }, { scenes: [{ codes: [code('after')] }] }]);
    await eventually('a code', () => reading.scans.length > 0);
    expect(reading.texts).toEqual(['after']);
    expect(reported.told[0]).toMatch(/ended \(exit code 0\); it is started again by itself/);
    expect(reported.told.at(-1)).toBeUndefined();
    expect(starts()).toBe(2);
  });

  test('hangs: it is ended within the watchdog and started again', async () => {
    const { lane: reading } = camera([{ scenes: [nothing(3)], end: 'hang' }, { scenes: [{ codes: [code('after')] }] }]);
    await eventually('a code', () => reading.scans.length > 0);
    expect(reported.told[0]).toMatch(/stopped sending pictures/);
    expect(childrenWith(folder)).toHaveLength(1);
  });

  test('never sends a frame: it is ended within its time to wake up, and started again', async () => {
    const timings = { ...TIMINGS, firstFrameMs: 2_000 };
    const { lane: reading } = camera([{ scenes: [], end: 'hang' }, { scenes: [{ codes: [code('after')] }] }], {}, { timings });
    await eventually('a code', () => reading.scans.length > 0);
    expect(reported.told[0]).toMatch(/stopped sending pictures/);
  });

  test('complains at length: the end of it is told, shortly', async () => {
    const { scanner } = camera([{ scenes: [], end: 'complain' }]);
    await scanner.opened;
    const [message = ''] = reported.told;
    expect(message).toMatch(/exit code 3\).*said: Device or resource busy$/);
    expect(message.length).toBeLessThan(300);
  });

  test('is not installed: the message says what to do', async () => {
    const { scanner } = camera([], { command: ['/nonexistent/program'] });
    await scanner.opened;
    expect(reported.told).toEqual([
      "/nonexistent/program is not installed, but the camera program needs it: correct the scanner's command",
    ]);
  });

  test('is not started for a device that is not there', async () => {
    const { scanner } = camera([], { source: 'v4l2', path: join(folder, 'video0') });
    await scanner.opened;
    expect(reported.told[0]).toContain(`${join(folder, 'video0')} is not there: plug the camera in`);
  });

  test('is gone when the scans were stopped, with what it started', async () => {
    const { lane: reading } = camera([], {
      command: ['sh', '-c', `sh -c 'sleep 600; echo ${folder}' & sleep 600; echo ${folder}`],
    });
    await eventually('its processes', () => childrenWith(folder).length === 2);
    const before = performance.now();
    await reading.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    await eventually('the end of all of them', () => childrenWith(folder).length === 0, { deadlineMs: 2_000 });
    expect(reading.ended).toBe(true);
  });
});

/** The processes whose command line names `word`. */
function childrenWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}
