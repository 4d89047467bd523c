// A scanner's cable: a real pseudo-terminal of the kernel, raw, whose far end the program opens as a serial port. Written to
// without ever blocking; pulled out by closing it.

import { closeSync, mkdirSync, readSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import koffi from 'koffi';

export interface Pty {
  /** The far end, e.g. /dev/pts/3. */
  readonly path: string;
  /** Resolves when the kernel has taken every byte; waits while the reader is behind. Rejects after 10,000 refusals in a row. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** How many attempts to write in a row, a millisecond apart, the kernel has refused because nobody reads. */
  readonly refusals: number;
  /** What the program wrote to the port since the last call; empty when nothing. */
  read(): Buffer;
  /** Pulls the plug: the far end is hung up. May be called twice. */
  close(): void;
}

/** A {@link Pty} behind a name that stays, as udev's by-id links do. */
export interface Plug extends Pty {
  readonly link: string;
}

// Linux values (asm-generic/fcntl.h, termbits.h); struct termios is 60 bytes in glibc.
const O_RDWR = 0o2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
/** A program started by the test must not hold the master open: closing it would be no unplugging. */
const O_CLOEXEC = 0o2000000;
const TCSANOW = 0;
const TERMIOS_BYTES = 64;
const CHUNK_BYTES = 1024;
const REFUSALS_MAX = 10_000;

type Call = (...args: readonly (number | Buffer)[]) => number;

const libc = koffi.load('libc.so.6');
const posixOpenpt = libc.func('int posix_openpt(int flags)') as unknown as Call;
const grantpt = libc.func('int grantpt(int fd)') as unknown as Call;
const unlockpt = libc.func('int unlockpt(int fd)') as unknown as Call;
const ptsname = libc.func('int ptsname_r(int fd, uint8_t *name, size_t length)') as unknown as Call;
const tcgetattr = libc.func('int tcgetattr(int fd, uint8_t *termios)') as unknown as Call;
const cfmakeraw = libc.func('void cfmakeraw(uint8_t *termios)') as unknown as Call;
const tcsetattr = libc.func('int tcsetattr(int fd, int when, uint8_t *termios)') as unknown as Call;

/** `raw: false` keeps the line discipline of a terminal somebody types into: echo, CR to LF, control-D. */
export function openPty({ raw = true } = {}): Pty {
  const fd = posixOpenpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  const name = Buffer.alloc(64);
  if (fd < 0 || grantpt(fd) !== 0 || unlockpt(fd) !== 0 || ptsname(fd, name, name.length) !== 0) {
    throw new Error('cannot make a pseudo-terminal: is /dev/pts mounted, and has this process descriptors left?');
  }
  if (raw) {
    const termios = Buffer.alloc(TERMIOS_BYTES);
    tcgetattr(fd, termios);
    cfmakeraw(termios);
    tcsetattr(fd, TCSANOW, termios);
  }
  let open = true;
  let refusals = 0;
  return {
    path: name.toString('latin1', 0, name.indexOf(0)),
    get refusals() {
      return refusals;
    },
    async write(text) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) {
        if (!open) throw new Error('the pseudo-terminal was closed while it was written to');
        const written = orAgain(() => writeSync(fd, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at)));
        at += written;
        refusals = written > 0 ? 0 : refusals + 1;
        if (refusals > REFUSALS_MAX) throw new Error('nobody reads from the pseudo-terminal');
        // Full: there is no readiness event without a poller, so look again soon. Otherwise just let the reader run.
        await (written === 0 ? delay(1) : immediate());
      }
    },
    read: () => readAvailable(fd),
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** A new pseudo-terminal under `link`, whose folder is made; `close` removes the link as well, as udev does. */
export function plug(link: string): Plug {
  const pty = openPty();
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(pty.path, link);
  let plugged = true;
  return Object.assign(Object.create(pty) as Pty, {
    link,
    close() {
      // A second close must not take the link of the plug that came after.
      if (plugged) rmSync(link, { force: true });
      plugged = false;
      pty.close();
    },
  });
}

function readAvailable(fd: number): Buffer {
  const buffer = Buffer.alloc(65_536);
  let length = 0;
  for (;;) {
    const read = orAgain(() => readSync(fd, buffer, length, buffer.length - length, null));
    if (read === 0) return buffer.subarray(0, length);
    length += read;
  }
}

/** 0 for "not now" (EAGAIN) and for "nobody has the far end open" (EIO). */
function orAgain(call: () => number): number {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EIO')) return 0;
    throw error;
  }
}
