// The service manager's ear: a real datagram socket that hears what sd_notify sends, one message at a time.

import koffi from 'koffi';

const c = koffi.load('libc.so.6');
const socket = c.func('int socket(int, int, int)') as (domain: number, type: number, protocol: number) => number;
const bind = c.func('int bind(int, const void *, uint32_t)') as (fd: number, address: Buffer, length: number) => number;
const recv = c.func('long recv(int, void *, size_t, int)') as (fd: number, data: Buffer, length: number, flags: number) => number;
const close = c.func('int close(int)') as (fd: number) => number;
const MSG_DONTWAIT = 0x40;

export class ServiceManager {
  readonly #fd: number;

  /** `sunPath` is a file's path, or NUL and a name for the abstract namespace. */
  constructor(sunPath: string) {
    this.#fd = socket(1, 2, 0);
    const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(sunPath)]);
    if (this.#fd < 0 || bind(this.#fd, address, address.length) !== 0) throw new Error('could not listen');
  }

  /** The next message that has arrived, or nothing; a datagram on a local socket is there when `sendto` returns. */
  next(): string | undefined {
    const data = Buffer.alloc(4_096);
    const length = recv(this.#fd, data, data.length, MSG_DONTWAIT);
    return length < 0 ? undefined : data.toString('utf8', 0, length);
  }

  close(): void {
    close(this.#fd);
  }
}
