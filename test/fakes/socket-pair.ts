// Two ends of a socket as descriptors: what one writes the other reads. Stands for a device that is polled: the program's end
// becomes readable as a device does, and ends when the test closes the other.

import { closeSync, writeSync } from 'node:fs';
import koffi from 'koffi';

export interface DeviceEnd {
  /** The program's end, which it closes itself. */
  readonly fd: number;
  /** A record from the device. */
  send(record: Uint8Array): void;
  /** Unplugs the device; may be called twice. */
  end(): void;
}

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

type Call = (...args: readonly (number | Buffer)[]) => number;
const socketpair = koffi.load('libc.so.6').func('int socketpair(int, int, int, uint8_t *)') as unknown as Call;

export function deviceEnd(): DeviceEnd {
  const pair = Buffer.alloc(8);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) !== 0) throw new Error('no pair of sockets');
  const far = pair.readInt32LE(4);
  let open = true;
  return {
    fd: pair.readInt32LE(0),
    send: (record) => {
      if (writeSync(far, record) !== record.length) throw new Error('the program is too far behind');
    },
    end: () => {
      if (open) closeSync(far);
      open = false;
    },
  };
}
