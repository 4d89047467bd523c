// The few calls of the C library that Node does not offer (adjtimex, datagram sockets, terminal modes, ioctl), without a compiler.
// Nothing is loaded before the first call; where koffi or the library is missing the answer is `undefined`, never an exception.

import { createRequire } from 'node:module';
import type koffi from 'koffi';

const require = createRequire(import.meta.url);

/** C functions by their prototype; numbers are C integers, a `Uint8Array` is a pointer to its bytes. */
export interface Libc {
  readonly adjtimex: (timex: Uint8Array) => number;
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly sendto: (
    fd: number,
    data: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ) => number;
  readonly close: (fd: number) => number;
  readonly tcgetattr: (fd: number, termios: Uint8Array) => number;
  readonly tcsetattr: (fd: number, when: number, termios: Uint8Array) => number;
  readonly mallocTrim: (pad: number) => number;
  /** Ends the process at this moment; see leave.ts. */
  readonly leave: (code: number) => void;
  /** The call's answer, or the negative errno. */
  readonly ioctl: (fd: number, request: number, argument: Uint8Array) => number;
}

let loaded: { readonly libc: Libc | undefined } | undefined;

/** The C library, loaded once; `undefined` where it can't be had (another libc, a missing native binding). */
export function libc(): Libc | undefined {
  loaded ??= { libc: load() };
  return loaded.libc;
}

function load(): Libc | undefined {
  try {
    const { load: open, errno } = require('koffi') as typeof koffi;
    const library = open('libc.so.6');
    const ioctl = library.func('int ioctl(int, unsigned long, void *)') as Libc['ioctl'];
    return {
      adjtimex: library.func('int adjtimex(void *)') as Libc['adjtimex'],
      socket: library.func('int socket(int, int, int)') as Libc['socket'],
      sendto: library.func('long sendto(int, const void *, size_t, int, const void *, uint32_t)') as Libc['sendto'],
      close: library.func('int close(int)') as Libc['close'],
      tcgetattr: library.func('int tcgetattr(int, void *)') as Libc['tcgetattr'],
      tcsetattr: library.func('int tcsetattr(int, int, const void *)') as Libc['tcsetattr'],
      mallocTrim: library.func('int malloc_trim(size_t)') as Libc['mallocTrim'],
      leave: library.func('void _exit(int)') as Libc['leave'],
      ioctl: (fd, request, argument) => {
        const answer = ioctl(fd, request, argument);
        return answer < 0 ? -errno() : answer;
      },
    };
  } catch {
    return undefined;
  }
}
