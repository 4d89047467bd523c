// Where the broker is and how to prove who we are: reads the URL and, anew for each connection so that rotated files count, the
// certificates and the password. TLS is never older than 1.2 and the server's name is always verified; there is no switch, and
// none that Node has in its environment (NODE_TLS_REJECT_UNAUTHORIZED, NODE_OPTIONS=--tls-min-v1.0, --tls-cipher-list) counts.
import { constants } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { UplinkOptions } from './messages.ts';

export interface Address {
  /** `mqtts://broker.example:8883`, for messages; holds no secret. */
  readonly text: string;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  /**
   * Opens a socket; errors come as its events. Whoever gives a connection `withinMs` for everything hears somewhat before that
   * whether the name server (EAI_AGAIN) or the machine (ETIMEDOUT) is silent. @throws when a certificate or key is not one.
   */
  readonly open: (withinMs: number) => Socket;
}

export type AddressOptions = Pick<UplinkOptions, 'broker' | 'tls' | 'username' | 'passwordFile'>;

/** @throws Error that names the file or URL at fault. */
export function readAddress(options: AddressOptions & { readonly broker: string }): Address {
  const url = new URL(options.broker);
  const secure = url.protocol === 'mqtts:';
  if (!secure && url.protocol !== 'mqtt:') throw new Error(`broker ${url.protocol}// is not supported: use mqtt:// or mqtts://`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 8883 : 1883) : Number(url.port);
  const tls = secure ? readTls(options.tls ?? {}, host) : undefined;
  return {
    text: `${url.protocol}//${url.hostname}:${port}`,
    username: options.username,
    password: options.passwordFile === undefined ? undefined : readPassword(options.passwordFile),
    // Without Nagle's delay: a live event is one small packet that somebody waits for.
    open: (withinMs) =>
      limited(
        tls === undefined ? connectTcp({ host, port, noDelay: true }) : connectTls({ ...tls, host, port }).setNoDelay(true),
        { named: isIP(host) !== 0, mostMs: withinMs * CONNECTED_WITHIN },
      ),
  };
}

/** Of the time for everything: the rest is for the broker's answer, and for saying which of both did not come. */
const CONNECTED_WITHIN = 0.9;

/** The system waits for minutes, and what is cut off from outside can't say what it waited for. */
function limited(socket: Socket, { named, mostMs }: { readonly named: boolean; readonly mostMs: number }): Socket {
  let code = named ? 'ETIMEDOUT' : 'EAI_AGAIN';
  socket.once('lookup', (error: Error | null) => (code = error ? code : 'ETIMEDOUT'));
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error('no connection in time'), { code })), mostMs);
  for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
  return socket;
}

function readTls(files: NonNullable<UplinkOptions['tls']>, host: string): ConnectionOptions {
  const { caFile, certFile, keyFile } = files;
  return {
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: constants.defaultCoreCipherList,
    rejectUnauthorized: true,
    checkServerIdentity,
    // The name to verify; an address is verified against the certificate's IP entries and is not sent as a name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(caFile !== undefined && { ca: read('caFile', caFile) }),
    ...(certFile !== undefined && { cert: read('certFile', certFile) }),
    ...(keyFile !== undefined && { key: readSecret('keyFile', keyFile) }),
  };
}

function readPassword(file: string): Buffer {
  // Editors end a file with a line feed that nobody means as part of the password.
  return Buffer.from(
    readSecret('passwordFile', file)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  );
}

/** A file that was exchanged since the start is held to the mode as well. A group may read: systemd gives credentials 0440. */
function readSecret(key: string, file: string): Buffer {
  return read(key, file, 0o007);
}

function read(key: string, file: string, forbidden = 0): Buffer {
  let bytes: Buffer;
  let mode: number;
  try {
    const fd = openSync(file, 'r');
    try {
      ({ mode } = fstatSync(fd));
      bytes = readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`cannot read ${key} ${file} (${found})`, { cause: error });
  }
  if ((mode & forbidden) === 0) return bytes;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  throw new Error(`${key} ${file} has mode ${octal}, so that others can get at a secret; run: chmod 600 ${file}`);
}
