// HID devices that can be plugged in and out, with the part of node-hid's handle that the scanners use. Refuses what the real
// one refuses: opening what is not there, feature reports the device does not know, anything after close, closing twice, and -
// as the kernel does before hidraw sees them - empty reports and reports whose id the descriptor does not have.

import { EventEmitter } from 'node:events';
import type { HidDevice } from '../../src/scanners/hid-devices.ts';
import type { HidHandle } from '../../src/scanners/hid-handle.ts';

export interface FakeDevice extends Partial<HidDevice> {
  readonly path: string;
  readonly descriptor: Uint8Array;
  /** Feature reports it takes, as hexadecimal text. */
  readonly features?: readonly string[];
}

class FakeHandle extends EventEmitter implements HidHandle {
  readonly device: FakeDevice;
  readonly sent: string[];
  closed = false;
  gone = false;

  constructor(device: FakeDevice, sent: string[]) {
    super();
    this.device = device;
    this.sent = sent;
    // The first `data` listener starts the reading thread in the next tick, which a closed device refuses where nobody catches.
    this.on('newListener', (event) => {
      if (event !== 'data') return;
      process.nextTick(() => {
        if (this.closed) throw new TypeError('device has been closed');
      });
    });
  }

  async sendFeatureReport(report: number[]): Promise<number> {
    const hex = Buffer.from(report).toString('hex');
    if (this.closed || this.gone) throw new Error('device has been closed');
    this.sent.push(hex);
    if (!this.device.features?.includes(hex)) throw new Error('ioctl (SFEATURE): Broken pipe');
    return report.length;
  }

  async close(): Promise<void> {
    if (this.closed) throw new Error('device has been closed');
    this.closed = true;
  }
}

/** A machine's HID bus. */
export class FakeBus {
  #plugged: FakeDevice[] = [];
  readonly #handles: FakeHandle[] = [];
  /** Feature reports sent, in order. */
  readonly sent: string[] = [];
  /** How often the bus was listed. */
  listed = 0;

  readonly devices = async (): Promise<readonly HidDevice[]> => {
    this.listed += 1;
    return this.#plugged.map((device) => ({
      vendorId: 0x0c2e,
      productId: 0x0b81,
      serialNumber: '',
      name: 'scanner',
      plug: device.path,
      inputs: [],
      ...device,
    }));
  };

  /** The kernel refuses none of these devices. */
  readonly refused = async (): Promise<readonly HidDevice[]> => [];

  readonly openHid = async (path: string): Promise<HidHandle> => {
    const device = this.#plugged.find((each) => each.path === path);
    if (device === undefined) throw new Error(`cannot open device with path ${path}`);
    const handle = new FakeHandle(device, this.sent);
    this.#handles.push(handle);
    return handle;
  };

  /** Handles that are open now. */
  get open(): number {
    return this.#handles.filter(({ closed }) => !closed).length;
  }

  plug(device: FakeDevice): void {
    this.#plugged.push(device);
  }

  /** The device is gone: a reader hears one error, as from a read of a hidraw node that was hung up. */
  unplug(path: string): void {
    this.#plugged = this.#plugged.filter((each) => each.path !== path);
    for (const handle of this.#handles.filter((each) => each.device.path === path && !each.closed && !each.gone)) {
      handle.gone = true;
      handle.emit('error', new Error('could not read from HID device: Input/output error'));
    }
  }

  /** What the device sends reaches every open reader. Each report is a buffer of its own, as node-hid gives it. */
  send(path: string, reports: readonly Uint8Array[]): void {
    for (const handle of this.#handles.filter((each) => each.device.path === path && !each.closed && !each.gone)) {
      const ids = reportIds(handle.device.descriptor);
      for (const report of reports) {
        if (report.length > 0 && (ids.size === 0 || ids.has(report[0] ?? 0))) handle.emit('data', Buffer.from(report));
      }
    }
  }
}

/** Report ids of a descriptor: items 85 xx (Device Class Definition for HID 1.11, 6.2.2.7); none where reports have no ids. */
function reportIds(descriptor: Uint8Array): ReadonlySet<number> {
  const ids = new Set<number>();
  for (let at = 0; at < descriptor.length; ) {
    const prefix = descriptor[at] ?? 0;
    if (prefix === 0x85) ids.add(descriptor[at + 1] ?? 0);
    at += 1 + ([0, 1, 2, 4][prefix & 3] ?? 0);
  }
  return ids;
}
