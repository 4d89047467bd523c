// A HID scanner, POS or keyboard: found anew at every plugging-in by what the configuration names it, because its hidraw
// number changes. The two kinds differ in the reader of their reports alone.

import { setImmediate as immediate } from 'node:timers/promises';
import type { LaneDirection, Scan } from '../admission/ports.ts';
import { attendDevice, type Opened } from '../system/attendance.ts';
import type { ClaimingDeps } from './claims.ts';
import {
  chooseHidDevice,
  type HidDevice,
  type HidIdentity,
  type HidSelector,
  listHidDevices,
  selectorText,
} from './hid-devices.ts';
import { explainFailedHid, type HidHandle, type OpenHid, openWithNodeHid, ReportQueue } from './hid-handle.ts';
import { KEYBOARD_LAYOUTS, type KeyboardLayoutName } from './hid-keyboard-layouts.ts';
import { KeyboardReader } from './hid-keyboard-reports.ts';
import { KEYBOARD } from './hid-keys.ts';
import { startReport } from './hid-makers.ts';
import { BAR_CODE_SCANNER } from './hid-pos-layout.ts';
import { PosReader } from './hid-pos-reports.ts';
import type { ReportReader } from './hid-reader.ts';
import { listRefusedHid, refusalText } from './hid-refused.ts';
import type { AttachedScanner } from './lines.ts';

export interface HidOptions extends HidSelector {
  readonly id: string;
  readonly direction: LaneDirection;
}

export interface HidKeyboardOptions extends HidOptions {
  /** The layout the scanner is set to type in. */
  readonly layout: KeyboardLayoutName;
}

export interface HidDeps extends ClaimingDeps {
  /** Default: what sysfs lists. */
  readonly devices?: () => Promise<readonly HidDevice[]>;
  /** What is plugged in without a node; default: what sysfs lists. */
  readonly refused?: () => Promise<readonly HidIdentity[]>;
  /** Default: node-hid, loaded at the first opening. */
  readonly openHid?: OpenHid;
}

/** What makes a kind. */
interface HidKind {
  readonly application: number;
  readonly reader: ReportReader;
  /** Whether makers' start reports are for it. */
  readonly starts: boolean;
}

/** Faults are reported as part `scanner:<id>`. Call `scans` once; nothing is opened before it is read from. */
export function hidPosScanner(options: HidOptions, deps: HidDeps): AttachedScanner {
  return hidScanner(options, deps, { application: BAR_CODE_SCANNER, reader: new PosReader(), starts: true });
}

/** As {@link hidPosScanner}; its scans are `lossy`: what a scanner left out does not show. */
export function hidKeyboardScanner(options: HidKeyboardOptions, deps: HidDeps): AttachedScanner {
  const reader = new KeyboardReader(KEYBOARD_LAYOUTS[options.layout]);
  return hidScanner(options, deps, { application: KEYBOARD, reader, starts: false });
}

interface OpenDevice {
  readonly handle: HidHandle;
  readonly queue: ReportQueue;
  readonly path: string;
}

function hidScanner(options: HidOptions, deps: HidDeps, kind: HidKind): AttachedScanner {
  const opened = Promise.withResolvers<void>();
  const { id, direction } = options;
  const lost = `${selectorText(options)} stopped answering: unplugged, or its driver failed; plug the scanner in again, it is reopened by itself`;
  return {
    id,
    direction,
    opened: opened.promise,
    discarded: kind.reader.discarded,
    scans: (signal) =>
      attendDevice(
        {
          part: `scanner:${id}`,
          open: () => openDevice(options, deps, kind),
          read: (device, tell) =>
            readDevice(device, kind.reader, { id, signal, tell, closed: () => deps.claims?.release(device.path) }),
          lost,
          signal,
          tried: opened.resolve,
        },
        deps,
      ),
  };
}

async function openDevice(options: HidOptions, deps: HidDeps, kind: HidKind): Promise<Opened<OpenDevice>> {
  const choice = await chooseHidDevice(await (deps.devices ?? listHidDevices)(), options, kind.application);
  if (!choice.ok) {
    const refusal = choice.code === 'absent' ? refusalText(options, await (deps.refused ?? listRefusedHid)()) : undefined;
    return refusal === undefined ? choice : { ok: false, code: 'refused', message: refusal };
  }
  const { path, vendorId, descriptor } = choice.device;
  const owner = deps.claims?.take(path, options.id);
  if (owner !== undefined) return shared(options, path, owner);
  try {
    const handle = await (deps.openHid ?? openWithNodeHid)(path);
    kind.reader.attach(descriptor);
    const queue = new ReportQueue(deps.clock);
    handle.on('error', () => queue.end());
    handle.on('data', (report) => queue.add(report));
    // Its thread starts in the next tick, and starting it after a close would throw where nobody can catch it.
    await immediate();
    const start = kind.starts ? startReport(vendorId) : undefined;
    // A device that refuses it does not know it, and sends by itself.
    if (start) await handle.sendFeatureReport([...start]).catch(() => undefined);
    return { ok: true, device: { handle, queue, path } };
  } catch (error) {
    deps.claims?.release(path);
    return await explainFailedHid(path, error);
  }
}

function shared(options: HidOptions, path: string, owner: string): Opened<OpenDevice> {
  const message = `scanner ${owner} and scanner ${options.id} are one device: ${selectorText(options)} is ${path}, which scanner ${owner} reads; name another device for one of them, or take it out of the configuration`;
  return { ok: false, code: 'shared', message };
}

interface Reading {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly tell: (message: string | undefined) => void;
  readonly closed: () => void;
}

/** The scans of one plugging-in; the device is closed however it ends. */
async function* readDevice(
  { handle, queue, path }: OpenDevice,
  reader: ReportReader,
  { id, signal, tell, closed }: Reading,
): AsyncGenerator<Scan, void> {
  const stop = () => queue.end();
  const troubles = {
    senseless: `${path} sends reports that fit neither its description nor a known layout; set the scanner to HID POS or USB-COM mode with the sheets in hardware/`,
    unended: `${path} sends codes that do not come to an end; unplug the scanner and plug it in again, or set it to USB-COM mode with the sheets in hardware/`,
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (!signal.aborted) {
      const arrival = await queue.next(reader.pending ? reader.silenceMs : undefined);
      if (signal.aborted || arrival.what === 'end') break;
      if (arrival.what === 'gap') {
        reader.lost();
        continue;
      }
      const paused = arrival.what === 'silence' ? reader.silence() : undefined;
      const codes = arrival.what === 'report' ? reader.push(arrival.report) : paused ? [paused] : [];
      tell(reader.trouble && troubles[reader.trouble]);
      const instant = arrival.what === 'report' ? arrival.instant : queue.now();
      for (const code of codes) {
        yield { ...code, scanner: id, instant };
        await immediate();
        if (signal.aborted) return;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    reader.lost();
    // Closing what is already gone fails, and there is nothing left to release then.
    await handle.close().catch(() => undefined);
    closed();
  }
}
