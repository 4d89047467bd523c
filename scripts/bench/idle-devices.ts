// What a daemon costs while nobody is at the gate, by what is plugged in: a USB-COM scanner alone, a HID scanner that is not there and
// is looked for, a camera that sends 720p at 15 frames a second.

import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { SCANNER } from './daemon.ts';
import { openGate } from './gate.ts';
import type { Bench } from './options.ts';
import { cpuMsOf, memoryOf } from './process-figures.ts';
import type { Row } from './report.ts';

/** Start-up, and what is compiled at first use, are over by then. */
const SETTLE_MS = 8_000;
const PROGRAM = fileURLToPath(new URL('./camera-sequence.child.ts', import.meta.url));

const HID = { id: 'hid', kind: 'hid-pos', vendorId: 0x0c_2e, productId: 0x0b_8a };
const CAMERA = {
  id: 'cam',
  kind: 'camera',
  source: 'command',
  command: [process.execPath, PROGRAM, '1280', '720', '15', 'empty'],
  width: 1280,
  height: 720,
  fps: 15,
};

const PLUGGED: readonly (readonly [string, readonly object[]])[] = [
  ['with a HID scanner that is not there', [HID]],
  ['with a camera, 720p, 15 frames a second', [CAMERA]],
];

export async function measureIdleDevices({ folder, sizes: { idleMs }, signal }: Bench): Promise<Row[]> {
  const broker = await startMosquitto();
  const rows: Row[] = [];
  try {
    for (const [index, [what, devices]] of PLUGGED.entries()) {
      const scanners = (tty: string) => [{ id: SCANNER, kind: 'serial', path: tty, baudRate: 115_200 }, ...devices];
      const gate = await openGate({ folder, reader: `idle-${index}`, broker, scanners, signal });
      try {
        await delay(SETTLE_MS, undefined, { signal });
        const { pid } = gate.daemon;
        const [cpuMs, startedMs] = [cpuMsOf(pid), performance.now()];
        await delay(idleMs, undefined, { signal });
        const share = ((cpuMsOf(pid) - cpuMs) / (performance.now() - startedMs)) * 100;
        const { now, own } = memoryOf(pid);
        rows.push(
          { measure: `idle processor time ${what}, of one core`, value: share, unit: '%' },
          { measure: `resident memory ${what}`, value: now / 1e6, unit: 'MB' },
          { measure: `resident memory ${what}, not of files`, value: own / 1e6, unit: 'MB' },
        );
      } finally {
        await gate.stop();
      }
    }
    return rows;
  } finally {
    await broker.kill();
  }
}
