// Replays a capture through the real scanner on a bench - fakes or a kernel's drivers, the capture does not know which - and says
// what came of it in the words of NAME.expected.json.

import { isUtf8 } from 'node:buffer';
import type { FaultReport, Scan } from '../../src/admission/ports.ts';
import type { Discarded } from '../../src/scanners/framing.ts';
import type { AttachedScanner } from '../../src/scanners/lines.ts';
import { attend } from './attended.ts';
import type { Capture, Expected, Step } from './capture-file.ts';

/** A device that plays a capture, plugged in, and the scanner that reads it. */
export interface PluggedDevice {
  readonly scanner: AttachedScanner;
  /** What the device sends: one report, one write, a picture of the text. */
  send(bytes: Buffer): Promise<void>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  /** Nothing more comes; only of a source that has an end. */
  end(): Promise<void>;
  /** Lets so many milliseconds pass, virtual or real, after everything sent was heard. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until `look` is content; false where it never was. */
  until(look: () => boolean): Promise<boolean>;
  /** Pulls the plug for good. */
  remove(): Promise<void>;
}

export interface Bench {
  readonly name: 'fakes' | 'bench';
  /** Whether the capture is played in virtual time: somebody has to hold the global timers then. */
  isVirtual(capture: Capture): boolean;
  /** Plugs the capture's device in; the scanner's faults go to `report`. */
  plug(capture: Capture, report: FaultReport): Promise<PluggedDevice>;
}

/** After everything expected was seen: whoever says more says it now. */
const AFTERWARDS_MS = 100;

/** What the scanner made of the capture; equal to `capture.expected` where all is well. Never waits for ever. */
export async function replayCapture(capture: Capture, bench: Bench): Promise<Expected> {
  const faults: (string | null)[] = [];
  const device = await bench.plug(capture, (_part, message) => void faults.push(message ?? null));
  const lane = attend(device.scanner);
  const { expected } = capture;
  try {
    await device.scanner.opened;
    for (const step of capture.steps) await play(step, device, faults);
    await device.until(
      () =>
        lane.scans.length >= expected.scans.length &&
        faults.length >= expected.faults.length &&
        total(device.scanner.discarded) >= total(expected.discarded),
    );
    await device.pass(AFTERWARDS_MS);
  } finally {
    await lane.stop();
    await device.remove();
  }
  return {
    about: expected.about,
    scans: lane.scans.map((scan, index) => seenOf(scan, expected.scans[index]?.hex !== undefined)),
    discarded: causesOf(device.scanner.discarded),
    // A message that holds the expected words is told by them, so that the two are equal.
    faults: faults.map((fault, index) => partOf(fault, expected.faults[index])),
  };
}

async function play(step: Step, device: PluggedDevice, faults: readonly (string | null)[]): Promise<void> {
  const times = step.what === 'bytes' ? step.times : 1;
  for (let time = 0; time < times; time += 1) {
    if (step.afterMs > 0) await device.pass(step.afterMs);
    if (step.what === 'bytes') await device.send(step.bytes);
  }
  const told = faults.length;
  if (step.what === 'show') await device.send(Buffer.from(step.text));
  if (step.what === 'end') await device.end();
  if (step.what === 'unplugged') await device.unplug();
  if (step.what === 'plugged') await device.plug();
  // What is sent before the scanner knows of the plug would be another capture.
  if (step.what === 'unplugged' || step.what === 'plugged') await device.until(() => faults.length > told);
}

function seenOf({ bytes, fault, symbology, lossy }: Scan, asHex: boolean): Expected['scans'][number] {
  const buffer = Buffer.from(bytes);
  const code = asHex || !isUtf8(buffer) ? { hex: buffer.toString('hex') } : { text: buffer.toString() };
  return { ...(fault ? { fault } : code), ...(symbology ? { symbology } : {}), ...(lossy ? { lossy } : {}) };
}

function causesOf(discarded: Discarded): Expected['discarded'] {
  return Object.fromEntries(Object.entries(discarded).filter(([, bytes]) => bytes > 0));
}

function total(discarded: Expected['discarded'] | Discarded): number {
  return Object.values(discarded).reduce<number>((sum, bytes: number | undefined) => sum + (bytes ?? 0), 0);
}

function partOf(fault: string | null, wanted: string | null | undefined): string | null {
  return fault !== null && wanted && fault.includes(wanted) ? wanted : fault;
}
