// A HID device that is no hardware: the kernel's uhid builds it from a report descriptor, and everything above it - hidraw,
// evdev, the console - is as with a real one.
//
// Messages on /dev/uhid, packed (linux/uhid.h): 0 u32 type | 4 union, as large as its largest member, 4372 bytes
//   11 CREATE2 out: 4 name[128] | 132 phys[64] | 196 uniq[64] | 260 u16 descriptor length | 262 u16 bus | 264 u32 vendor |
//                   268 u32 product | 272 u32 version | 276 u32 country | 280 descriptor[4096]
//    1 DESTROY out  12 INPUT2 out: 4 u16 length | 6 data[4096]
//    6 OUTPUT in: 4 data[4096] | 4100 u16 length | 4102 u8 type    9 GET_REPORT in: 4 u32 id | 8 u8 report | 9 u8 type
//   10 GET_REPORT_REPLY out: 4 u32 id | 8 u16 error | 10 u16 length | 12 data
//   13 SET_REPORT in: 4 u32 id | 8 u8 report | 9 u8 type | 10 u16 length | 12 data    14 SET_REPORT_REPLY out: 4 u32 id | 8 u16 error

import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../fakes/eventually.ts';

const CREATE2 = 11;
const DESTROY = 1;
const INPUT2 = 12;
const OUTPUT = 6;
const GET_REPORT = 9;
const GET_REPORT_REPLY = 10;
const SET_REPORT = 13;
const SET_REPORT_REPLY = 14;
const EVENT_BYTES = 4 + 4372;
const BUS_USB = 3;
const EIO = 5;
const APPEARS_MS = 30_000;
const POLL_MS = 20;

export interface HidIdentity {
  readonly name: string;
  readonly serialNumber: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly descriptor: Uint8Array;
}

export interface HidDevice {
  /** /dev/hidrawN of this plugging-in. */
  readonly path: string;
  /** Feature and output reports that were sent to the device, their report number first. */
  readonly received: readonly Buffer[];
  /** One report from the device, its number first where the descriptor has numbers. */
  input(report: Uint8Array): void;
  unplug(): void;
}

/** Plugs the device in; resolves when its hidraw node is there. Needs the module uhid. */
export async function plugHid(identity: HidIdentity): Promise<HidDevice> {
  const before = new Set(hidrawsOf(identity.serialNumber));
  const fd = openSync('/dev/uhid', constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(fd, createEvent(identity));
  const received: Buffer[] = [];
  // A read that waits would hold a thread for ever; the kernel waits 5 s for an answer, so a poll is in time.
  const timer = setInterval(() => answer(fd, received), POLL_MS);
  timer.unref();
  const name = await eventually(
    `a hidraw node of ${identity.serialNumber}`,
    // The kernel shows a device in sysfs before it makes its node.
    () => hidrawsOf(identity.serialNumber).find((one) => !before.has(one) && existsSync(`/dev/${one}`)),
    { deadlineMs: APPEARS_MS },
  );
  return {
    path: `/dev/${name}`,
    received,
    input(report) {
      const event = emptyEvent(INPUT2);
      event.writeUInt16LE(report.length, 4);
      event.set(report, 6);
      writeSync(fd, event);
    },
    unplug() {
      clearInterval(timer);
      writeSync(fd, emptyEvent(DESTROY));
      closeSync(fd);
    },
  };
}

/** Plugs in a device of which no hidraw node comes; gone when the descriptor returned is closed. */
export function plugRefusedHid(identity: HidIdentity): number {
  const fd = openSync('/dev/uhid', constants.O_RDWR | constants.O_NONBLOCK);
  writeSync(fd, createEvent(identity));
  return fd;
}

/** Names such as hidraw0 of the devices with that serial number, by sysfs. */
function hidrawsOf(serialNumber: string): string[] {
  const folder = '/sys/class/hidraw';
  return readdirSync(folder).filter((name) => {
    const uevent = readFileSync(join(folder, name, 'device', 'uevent'), 'utf8');
    return uevent.split('\n').includes(`HID_UNIQ=${serialNumber}`);
  });
}

function emptyEvent(type: number): Buffer {
  const event = Buffer.alloc(EVENT_BYTES);
  event.writeUInt32LE(type, 0);
  return event;
}

function createEvent({ name, serialNumber, vendorId, productId, descriptor }: HidIdentity): Buffer {
  const event = emptyEvent(CREATE2);
  event.write(name, 4, 127, 'utf8');
  event.write('bench', 132, 63, 'utf8');
  event.write(serialNumber, 196, 63, 'utf8');
  event.writeUInt16LE(descriptor.length, 260);
  event.writeUInt16LE(BUS_USB, 262);
  event.writeUInt32LE(vendorId, 264);
  event.writeUInt32LE(productId, 268);
  event.set(descriptor, 280);
  return event;
}

/** Takes what the kernel has for the device: reports are kept and acknowledged, questions are refused. */
function answer(fd: number, received: Buffer[]): void {
  const event = Buffer.alloc(EVENT_BYTES);
  while (readNow(fd, event) > 0) {
    const type = event.readUInt32LE(0);
    if (type === OUTPUT) received.push(Buffer.from(event.subarray(4, 4 + event.readUInt16LE(4100))));
    if (type === SET_REPORT) received.push(Buffer.from(event.subarray(12, 12 + event.readUInt16LE(10))));
    if (type === GET_REPORT || type === SET_REPORT) {
      const reply = emptyEvent(type === GET_REPORT ? GET_REPORT_REPLY : SET_REPORT_REPLY);
      reply.writeUInt32LE(event.readUInt32LE(4), 4);
      reply.writeUInt16LE(type === GET_REPORT ? EIO : 0, 8);
      writeSync(fd, reply);
    }
  }
}

function readNow(fd: number, into: Buffer): number {
  try {
    return readSync(fd, into);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
