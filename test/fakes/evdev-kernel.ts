// A kernel with input devices as far as the daemon uses them, after drivers/input/evdev.c: real descriptors that become readable
// when the test presses a key, one grab a device, and a state that may be asked for.

import { closeSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EvdevKernel } from '../../src/inputs/evdev-open.ts';
import { type InputDevice, listInputDevices } from '../../src/inputs/evdev-devices.ts';
import { sysfs } from '../../src/system/sysfs.ts';
import { type DeviceEnd, deviceEnd } from './socket-pair.ts';

const [EV_SYN, EV_KEY, EV_SW, SYN_DROPPED] = [0, 1, 5, 3];
const [EVIOCGKEY, EVIOCGSW, EVIOCGRAB, EVIOCSCLOCKID] = [0x80604518, 0x8003451b, 0x40044590, 0x400445a0];
const [EPERM_CODE, ENODEV, EBUSY, EINVAL] = ['EACCES', 19, 16, 22];

export interface FakeEvdev extends EvdevKernel {
  list(): readonly InputDevice[];
  /** A new device under the next free number; its keys and switches. */
  plug(name: string, has: { readonly keys?: readonly number[]; readonly switches?: readonly number[] }): string;
  unplug(path: string): void;
  /** Value 0, 1 or 2; `unheard`: the record is lost in an overrun, which is told, and an older one of the other value is left. */
  key(path: string, code: number, value: number, unheard?: 'unheard'): void;
  switch(path: string, code: number, value: number): void;
  /** Somebody else's grab. */
  grab(path: string): void;
  release(path: string): void;
  deny(path: string): void;
  /** Milliseconds by which the records are stamped, where the program asked for that clock. */
  now: () => number;
  /** Devices that the program has open. */
  opened(): number;
}

interface Device {
  readonly keys: Set<string>;
  readonly ends: Map<number, { readonly end: DeviceEnd; clock: number }>;
  grabbed: number | 'other' | undefined;
  denied: boolean;
}

const bitmap = (bits: readonly number[]): string =>
  bits
    .reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n)
    .toString(16)
    .padStart(1)
    .replaceAll(/(?=(?:.{16})+$)(?!^)/gu, ' ')
    .split(' ')
    .map((word) => word.replace(/^0+(?=.)/u, ''))
    .join(' ');

/** `folder`: where its sysfs is kept. */
export function fakeEvdev(folder: string): FakeEvdev {
  const devices = new Map<string, Device>();
  let next = 0;
  const deviceOf = (fd: number) => [...devices.values()].find(({ ends }) => ends.has(fd));
  const send = (path: string, events: readonly (readonly [number, number, number])[]) => {
    const device = devices.get(path);
    for (const [fd, { end, clock }] of device?.ends ?? []) {
      if (device?.grabbed !== undefined && device.grabbed !== fd) continue;
      const atMs = clock === 1 ? kernel.now() : Date.now();
      for (const [type, code, value] of events) end.send(record(atMs, type, code, value));
    }
  };
  const change = (path: string, type: number, code: number, value: number) => {
    const keys = devices.get(path)?.keys;
    if (value === 0) keys?.delete(`${type} ${code}`);
    else keys?.add(`${type} ${code}`);
  };
  const kernel: FakeEvdev = {
    now: () => Number(process.hrtime.bigint()) / 1e6,
    list: () => listInputDevices(sysfs(folder)),
    opened: () => [...devices.values()].reduce((sum, { ends }) => sum + ends.size, 0),
    plug: (name, { keys = [], switches = [] }) => {
      const event = `event${next++}`;
      const capabilities = join(folder, 'class/input', event, 'device/capabilities');
      mkdirSync(capabilities, { recursive: true });
      writeFileSync(join(capabilities, '../name'), `${name}\n`);
      writeFileSync(join(capabilities, 'key'), `${bitmap(keys)}\n`);
      writeFileSync(join(capabilities, 'sw'), `${bitmap(switches)}\n`);
      const path = `/dev/input/${event}`;
      devices.set(path, { keys: new Set(), ends: new Map(), grabbed: undefined, denied: false });
      return path;
    },
    unplug: (path) => {
      rmSync(join(folder, 'class/input', path.split('/').at(-1) ?? ''), { recursive: true });
      for (const { end } of devices.get(path)?.ends.values() ?? []) end.end();
      devices.delete(path);
    },
    key: (path, code, value, unheard) => {
      change(path, EV_KEY, code, value);
      send(path, [
        ...(unheard ? [[EV_SYN, SYN_DROPPED, 0] as const] : []),
        [EV_KEY, code, unheard ? 1 - value : value],
        [EV_SYN, 0, 0],
      ]);
    },
    switch: (path, code, value) => {
      change(path, EV_SW, code, value);
      send(path, [
        [EV_SW, code, value],
        [EV_SYN, 0, 0],
      ]);
    },
    grab: (path) => set(path, { grabbed: 'other' }),
    release: (path) => set(path, { grabbed: undefined }),
    deny: (path) => set(path, { denied: true }),
    open: (path) => {
      const device = devices.get(path);
      const code = device === undefined ? 'ENOENT' : device.denied ? EPERM_CODE : undefined;
      if (device === undefined || code !== undefined) throw Object.assign(new Error(code), { code });
      const end = deviceEnd();
      device.ends.set(end.fd, { end, clock: 0 });
      return end.fd;
    },
    close: (fd) => {
      const device = deviceOf(fd);
      device?.ends.get(fd)?.end.end();
      device?.ends.delete(fd);
      if (device?.grabbed === fd) device.grabbed = undefined;
      closeSync(fd);
    },
    ioctl: (fd, request, argument) => {
      const device = deviceOf(fd);
      const end = device?.ends.get(fd);
      if (!device || !end) return -ENODEV;
      if (request === EVIOCGRAB) {
        if (device.grabbed !== undefined) return -EBUSY;
        device.grabbed = fd;
        return 0;
      }
      if (request === EVIOCSCLOCKID) {
        end.clock = new DataView(argument.buffer).getUint32(0, true);
        return 0;
      }
      if (request !== EVIOCGKEY && request !== EVIOCGSW) return -EINVAL;
      const type = request === EVIOCGKEY ? EV_KEY : EV_SW;
      for (const name of device.keys) {
        const [of, code = 0] = name.split(' ').map(Number);
        if (of === type) argument[code >> 3] = (argument[code >> 3] ?? 0) | (1 << (code & 7));
      }
      return argument.length;
    },
  };
  const set = (path: string, change_: Partial<Device>) => void Object.assign(devices.get(path) ?? {}, change_);
  return kernel;
}

function record(atMs: number, type: number, code: number, value: number): Buffer {
  const bytes = Buffer.alloc(24);
  const us = BigInt(Math.round(atMs * 1e3));
  bytes.writeBigInt64LE(us / 1_000_000n, 0);
  bytes.writeBigInt64LE(us % 1_000_000n, 8);
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(code, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}
