// A bench for captures without hardware: HID devices on a bus of fakes and a piped standard input, where time passes as fast as it
// can be counted; serial ports as pseudo-terminals and cameras as programs, where it takes its time.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FaultReport } from '../../src/admission/ports.ts';
import { cameraScanner } from '../../src/scanners/camera.ts';
import { hidKeyboardScanner, hidPosScanner } from '../../src/scanners/hid.ts';
import { serialScanner } from '../../src/scanners/serial.ts';
import { stdinScanner } from '../../src/scanners/stdin.ts';
import { FakeBus } from '../fakes/hid.ts';
import { plug } from '../fakes/pty.ts';
import { clock } from './attended.ts';
import type { Capture } from './capture-file.ts';
import type { Bench, PluggedDevice } from './capture-replay.ts';

/** Lets virtual milliseconds pass: every global timer that is due fires. */
export type Advance = (ms: number) => Promise<unknown>;
type Time = Pick<PluggedDevice, 'pass' | 'until'>;

const SCREEN = fileURLToPath(new URL('./camera-screen.child.ts', import.meta.url));
const ID = { id: 'main', direction: 'in' } as const;
const SERIAL_NUMBER = 'CAPTURED';
/** Looked at so often, for so long. */
const STEP_MS = 10;
const PATIENCE_MS = 10_000;
/** More turns of the event loop than any one step of a capture takes. */
const TURNS = 40;

/** The bench; `advance` is asked only for kinds whose time is virtual. */
export function fakeBench(advance: Advance): Bench {
  return {
    name: 'fakes',
    isVirtual: ({ kind }) => kind !== 'serial' && kind !== 'camera',
    plug(capture, report) {
      switch (capture.kind) {
        case 'hid-pos':
        case 'hid-keyboard':
          return Promise.resolve(hidDevice(capture, report, virtualTime(advance)));
        case 'stdin':
          return Promise.resolve(pipe(capture, report, virtualTime(advance)));
        case 'serial':
          return Promise.resolve(serialPort(capture, report));
        case 'camera':
          return Promise.resolve(screenAndCamera(report));
      }
    },
  };
}

function virtualTime(advance: Advance): Time {
  const settled = async () => {
    for (let turn = 0; turn < TURNS; turn += 1) await immediate();
  };
  const pass = async (ms: number) => {
    await settled();
    await advance(ms);
    await settled();
  };
  return {
    pass,
    async until(look) {
      for (let passed = 0; passed < PATIENCE_MS; passed += STEP_MS) {
        await settled();
        if (look()) return true;
        await advance(STEP_MS);
      }
      return false;
    },
  };
}

/** A capture's own times, and waits for what it should bring about. */
const realTime: Time = {
  pass: (ms) => delay(ms),
  async until(look) {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(STEP_MS)) if (look()) return true;
    return false;
  },
};

function hidDevice(capture: Capture, report: FaultReport, time: Time): PluggedDevice {
  const bus = new FakeBus();
  let plugged = 0;
  const path = () => `/dev/hidraw${plugged}`;
  const plugIn = async () => {
    plugged += 1;
    bus.plug({ path: path(), descriptor: capture.descriptor, serialNumber: SERIAL_NUMBER });
  };
  const options = { ...ID, serialNumber: SERIAL_NUMBER };
  const deps = {
    clock,
    report,
    random: () => 0,
    devices: bus.devices,
    refused: bus.refused,
    openHid: bus.openHid,
    pause: virtualPause,
  };
  void plugIn();
  return {
    ...time,
    scanner:
      capture.kind === 'hid-pos'
        ? hidPosScanner(options, deps)
        : hidKeyboardScanner({ ...options, layout: capture.layout }, deps),
    send: async (bytes) => bus.send(path(), [bytes]),
    unplug: async () => bus.unplug(path()),
    plug: plugIn,
    end: noEnd,
    remove: async () => bus.unplug(path()),
  };
}

/** As the scanners' own pause, by the global timers that the bench moves. */
function virtualPause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function pipe({ suffix, prefix }: Capture, report: FaultReport, time: Time): PluggedDevice {
  const input = new PassThrough();
  return {
    ...time,
    scanner: stdinScanner({ ...ID, suffix, prefix }, { clock, report, input }),
    send: async (bytes) => void input.write(bytes),
    unplug: noPlug,
    plug: noPlug,
    end: async () => void input.end(),
    remove: async () => void input.destroy(),
  };
}

function serialPort({ suffix, prefix }: Capture, report: FaultReport): PluggedDevice {
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  const link = join(folder, 'by-id', 'usb-scanner');
  let cable = plug(link);
  return {
    ...realTime,
    scanner: serialScanner({ ...ID, path: link, baudRate: 9_600, suffix, prefix }, { clock, report, random: () => 0 }),
    send: (bytes) => cable.write(bytes),
    unplug: async () => cable.close(),
    plug: async () => void (cable = plug(link)),
    end: noEnd,
    async remove() {
      cable.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Frames come from a program on any bench: what a camera's driver adds to them is not a scanner's business. */
export function screenAndCamera(report: FaultReport, firstFrameMs = 15_000): PluggedDevice {
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  const file = join(folder, 'screen');
  writeFileSync(file, '');
  const size = { width: 320, height: 240 };
  const command = [process.execPath, SCREEN, file, String(size.width), String(size.height), '20'];
  const timings = { firstFrameMs, stallMs: firstFrameMs, decoding: { hangMs: firstFrameMs, firstPauseMs: 10, maxPauseMs: 50 } };
  const scanner = cameraScanner(
    { ...ID, ...size, source: 'command', command, fps: 20, decoder: 'zxing' },
    { clock, report, timings },
  );
  return {
    ...realTime,
    scanner,
    send: async (text) => writeFileSync(file, text),
    unplug: noPlug,
    plug: noPlug,
    end: noEnd,
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

export function noPlug(): Promise<void> {
  throw new Error('the capture pulls a plug where there is none');
}

export function noEnd(): Promise<void> {
  throw new Error('the capture ends a source that has no end');
}
