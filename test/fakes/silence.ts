// Hosts that never answer, one for each step of making a connection. All on loopback.

import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';

export interface Silence {
  readonly host: string;
  readonly port: number;
  /** Whether somebody waits for it now, or has. */
  waitedFor(): boolean;
  /** What a program becomes through which it is met. */
  readonly through: readonly string[];
  close(): void;
}

/** Takes connections and says nothing: neither TLS nor MQTT. */
export async function silentServer(): Promise<Silence> {
  const taken: Socket[] = [];
  const server = createServer((socket) => taken.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    through: [],
    waitedFor: () => taken.length > 0,
    close() {
      for (const socket of taken) socket.destroy();
      server.close();
    },
  };
}

const c = koffi.load('libc.so.6');
const socket = c.func('int socket(int, int, int)') as (domain: number, type: number, protocol: number) => number;
const bind = c.func('int bind(int, const void *, uint32_t)') as (fd: number, address: Buffer, length: number) => number;
const listen = c.func('int listen(int, int)') as (fd: number, backlog: number) => number;
const name = c.func('int getsockname(int, void *, void *)') as (fd: number, address: Buffer, length: Buffer) => number;
const close = c.func('int close(int)') as (fd: number) => number;
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
/** struct sockaddr_in: family, port (big-endian), address. */
const ADDRESS_BYTES = 16;
/** State of a connection in /proc/net/tcp whose SYN was not answered (net/tcp_states.h). */
const SYN_SENT = '02';

/** A queue of one that is full and that nobody empties: the kernel answers no SYN. */
export async function fullBacklog(): Promise<Silence> {
  const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt16LE(AF_INET, 0);
  address.set([127, 0, 0, 1], 4);
  const length = Buffer.from(Uint32Array.of(ADDRESS_BYTES).buffer);
  if (fd < 0 || bind(fd, address, ADDRESS_BYTES) !== 0 || listen(fd, 0) !== 0 || name(fd, address, length) !== 0)
    throw new Error('could not listen');
  const port = address.readUInt16BE(2);
  const filling = connect(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => filling.once('connect', resolve).once('error', reject));
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    host: '127.0.0.1',
    port,
    through: [],
    waitedFor: () => {
      const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
      return lines.some((line) => line.trim().split(/\s+/u).slice(2, 4).join(' ') === `${remote} ${SYN_SENT}`);
    },
    close() {
      filling.destroy();
      close(fd);
    },
  };
}

/** An address of its own, so that a name server of this machine is not in the way. */
const NAME_SERVER = '127.53.0.1';

/** Why there can't be a name server here. */
export function noNameServer(): string | undefined {
  if (process.getuid?.() !== 0) return 'port 53 needs root';
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'no mount namespace (unshare --mount)';
}

/** A name server that hears questions and answers none; for as long as a minute the resolver waits for it. */
export async function silentNameServer(): Promise<Silence> {
  const folder = mkdtempSync(join(tmpdir(), 'silent-names-'));
  const files = {
    'resolv.conf': `nameserver ${NAME_SERVER}\noptions timeout:30 attempts:2\n`,
    'nsswitch.conf': 'hosts: files dns\n',
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { mode: 0o644 });
  const there = Object.keys(files).filter((file) => existsSync(`/etc/${file}`));
  const mounts = there.map((file) => `mount --bind ${join(folder, file)} /etc/${file}`);
  let asked = false;
  const server = createSocket('udp4', () => (asked = true));
  await new Promise<void>((resolve, reject) => server.once('error', reject).bind(53, NAME_SERVER, resolve));
  return {
    host: 'broker.example',
    port: 1883,
    through: ['unshare', '--mount', 'sh', '-c', `${mounts.join(' && ')} && exec "$@"`, 'sh'],
    waitedFor: () => asked,
    close() {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
