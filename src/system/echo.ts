// Keeps a terminal from showing what is typed or scanned into it: a card's text is nobody's to read off the screen. Line
// editing and Ctrl-C stay as they are; the terminal gets its echo back however the process ends, short of SIGKILL.

import { libc } from './libc.ts';

// termios(3) on Linux, the same on x64 and arm64: four 32-bit flag words, c_lflag is the fourth.
const TERMIOS_BYTES = 64;
const LFLAG_OFFSET = 12;
const ECHO = 0o10;
const TCSANOW = 0;

/** Turns the echo of a terminal's file descriptor off; returns what turns it on again. Does nothing where it can't. */
export function hideTyping(fd: number): () => void {
  const c = libc();
  const before = Buffer.alloc(TERMIOS_BYTES);
  if (c === undefined || c.tcgetattr(fd, before) !== 0) return () => undefined;
  const hidden = Buffer.from(before);
  hidden.writeUInt32LE(hidden.readUInt32LE(LFLAG_OFFSET) & ~ECHO, LFLAG_OFFSET);
  c.tcsetattr(fd, TCSANOW, hidden);
  const restore = () => {
    process.off('exit', restore);
    c.tcsetattr(fd, TCSANOW, before);
  };
  process.on('exit', restore);
  return restore;
}
