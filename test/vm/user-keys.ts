// An input device that is no hardware: the kernel's uinput. Programs see /dev/input/eventN and the console as with real buttons.
//
// On /dev/uinput (linux/uinput.h): uinput_setup 92: 0 u16 bus, vendor, product, version | 8 name[80] | 88 u32 effects; then
// input_event structures, 24 bytes: 0 i64 seconds | 8 i64 microseconds | 16 u16 type | 18 u16 code | 20 i32 value

import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import koffi from 'koffi';
import { eventually } from '../fakes/eventually.ts';

const UI_DEV_CREATE = 0x5501;
const UI_DEV_DESTROY = 0x5502;
const UI_DEV_SETUP = 0x405c5503;
const UI_SET_EVBIT = 0x40045564;
const UI_SET_KEYBIT = 0x40045565;
const UI_SET_SWBIT = 0x4004556d;
const SETUP_BYTES = 92;
const BUS_HOST = 0x19;
const [EV_SYN, EV_KEY, EV_SW] = [0, 1, 5];
const EVENT_BYTES = 24;

const libc = koffi.load('libc.so.6');
const set = libc.func('int ioctl(int, unsigned long, unsigned long)') as (fd: number, request: number, value: number) => number;
const pass = libc.func('int ioctl(int, unsigned long, void *)') as (fd: number, request: number, bytes: Uint8Array) => number;

export interface UserKeys {
  /** Now, e.g. /dev/input/event3. */
  readonly path: string;
  key(code: number, value: 0 | 1 | 2): void;
  switch(code: number, value: 0 | 1): void;
  unplug(): void;
}

/** Plugs a device with these keys and switches in; resolves when its node is there. Needs the module uinput. */
export async function plugKeys(name: string, keys: readonly number[], switches: readonly number[]): Promise<UserKeys> {
  const before = new Set(eventsOf(name));
  const fd = openSync('/dev/uinput', constants.O_WRONLY);
  const setup = Buffer.alloc(SETUP_BYTES);
  setup.writeUInt16LE(BUS_HOST, 0);
  setup.write(name, 8, 79, 'utf8');
  const answers = [
    set(fd, UI_SET_EVBIT, EV_KEY),
    ...keys.map((code) => set(fd, UI_SET_KEYBIT, code)),
    set(fd, UI_SET_EVBIT, EV_SW),
    ...switches.map((code) => set(fd, UI_SET_SWBIT, code)),
    pass(fd, UI_DEV_SETUP, setup),
    set(fd, UI_DEV_CREATE, 0),
  ];
  if (answers.some((answer) => answer !== 0)) throw new Error(`uinput refused the device: ${answers.join(' ')}`);
  const event = await eventually(`an input device ${name}`, () => eventsOf(name).find((one) => !before.has(one)));
  const tell = (type: number, code: number, value: number): void => {
    writeSync(fd, Buffer.concat([eventOf(type, code, value), eventOf(EV_SYN, 0, 0)]));
  };
  return {
    path: `/dev/input/${event}`,
    key: (code, value) => tell(EV_KEY, code, value),
    switch: (code, value) => tell(EV_SW, code, value),
    unplug() {
      set(fd, UI_DEV_DESTROY, 0);
      closeSync(fd);
    },
  };
}

function eventOf(type: number, code: number, value: number): Buffer {
  const event = Buffer.alloc(EVENT_BYTES);
  event.writeUInt16LE(type, 16);
  event.writeUInt16LE(code, 18);
  event.writeInt32LE(value, 20);
  return event;
}

function eventsOf(name: string): string[] {
  const folder = '/sys/class/input';
  return readdirSync(folder).filter(
    (one) => one.startsWith('event') && readFileSync(`${folder}/${one}/device/name`, 'utf8').trim() === name,
  );
}
