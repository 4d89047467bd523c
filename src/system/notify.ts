// Tells systemd how the daemon is (sd_notify(3)): ready, alive, reloading, stopping, in one line of status.
// A missing or failing service manager never stops anything: every call answers whether it was heard, and throws never.

import { libc } from './libc.ts';

/** Each call sends one datagram and returns true when the kernel took it. */
export interface Notifier {
  ready(): boolean;
  /** Proof of life, due within `WATCHDOG_USEC`. */
  watchdog(): boolean;
  stopping(): boolean;
  /** A reload begins; `ready` says that it is over, also where nothing was taken, and also from the program that this one becomes. */
  reloading(): boolean;
  /** One line that `systemctl status` shows; never personal data. */
  status(text: string): boolean;
}

// sys/socket.h on Linux, the same on x64 and arm64.
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** sizeof sun_path; a path needs a closing NUL within it, an abstract name does not. */
const SUN_PATH_BYTES = 108;

/** The notifier that `NOTIFY_SOCKET` names: a path, or `@name` in the abstract namespace. Without it every call is a false. */
export function systemdNotifier(environment: NodeJS.ProcessEnv): Notifier {
  const address = socketAddress(environment['NOTIFY_SOCKET']);
  const send = (message: string): boolean => address !== undefined && sendDatagram(address, message);
  return {
    ready: () => send('READY=1'),
    watchdog: () => send('WATCHDOG=1'),
    stopping: () => send('STOPPING=1'),
    // Type=notify-reload takes only what is newer than its signal: CLOCK_MONOTONIC, which is Node's hrtime.
    reloading: () => send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`),
    status: (text) => send(`STATUS=${text.replaceAll(/\s+/gu, ' ')}`),
  };
}

/** struct sockaddr_un of a socket's name, or nothing for a name that is no Unix socket's or too long. */
function socketAddress(name: string | undefined): Uint8Array | undefined {
  if (name === undefined || !/^[/@]./u.test(name)) return undefined;
  const path = Buffer.from(name.startsWith('@') ? `\0${name.slice(1)}` : `${name}\0`);
  if (path.length > SUN_PATH_BYTES) return undefined;
  const address = Buffer.alloc(2 + path.length);
  address.writeUInt16LE(AF_UNIX, 0);
  path.copy(address, 2);
  return address;
}

/** A socket for each message: there are a few a minute, and a manager that was restarted is found again without any state. */
function sendDatagram(address: Uint8Array, message: string): boolean {
  const c = libc();
  if (c === undefined) return false;
  const fd = c.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const data = Buffer.from(message);
  const sent = c.sendto(fd, data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length);
  c.close(fd);
  return sent === data.length;
}
