// A kiosk on a test's desk: a data folder, a configuration, a pty as its serial scanner, and the daemon on them.

import { join } from 'node:path';

import { type Daemon, startDaemon, temporaryFolder, writeConfiguration } from './daemon.ts';
import { type Plug, plug } from './pty.ts';

export const SITE = 'truong-gia-dinh';
export const READER = 'cong-thu';

export interface Kiosk {
  readonly folder: string;
  readonly data: string;
  readonly configuration: string;
  readonly link: string;
  /** The scanner's cable; `unplug` it and `plug` it again. */
  scanner: Plug;
  plug(): void;
  start(environment?: NodeJS.ProcessEnv): Daemon;
  remove(): void;
}

export interface KioskOptions {
  readonly broker?: string;
  readonly receipts?: 'required' | 'none';
  readonly settings?: object;
  readonly plugged?: boolean;
}

export function makeKiosk({ broker, receipts, settings = {}, plugged = true }: KioskOptions = {}): Kiosk {
  const folder = temporaryFolder();
  const link = join(folder.path, 'dev', 'by-id', 'usb-scanner');
  const data = join(folder.path, 'data');
  const configuration = writeConfiguration(folder.path, {
    site: SITE,
    reader: READER,
    scanners: [{ id: 'main', kind: 'serial', path: link }],
    uplink: broker === undefined ? {} : { broker, ...(receipts === undefined ? {} : { receipts }) },
    admission: { accept: { cccd: 'record' } },
    console: 'off',
    ...settings,
  });
  const daemons: Daemon[] = [];
  const kiosk: Kiosk = {
    folder: folder.path,
    data,
    configuration,
    link,
    scanner: plugged ? plug(link) : (undefined as unknown as Plug),
    plug() {
      kiosk.scanner = plug(link);
    },
    start(environment) {
      const daemon = startDaemon(['run', '--config', configuration, '--data', data], environment);
      daemons.push(daemon);
      return daemon;
    },
    remove() {
      for (const daemon of daemons) daemon.process.kill('SIGKILL');
      kiosk.scanner?.close();
      folder.remove();
    },
  };
  return kiosk;
}
