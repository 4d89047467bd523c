// Network addresses in the configuration: `HOST:PORT` to listen on and the broker's URL. Parsing gives the parts or the code of
// what is wrong.

import { isIPv4 } from 'node:net';
import type { WordingKey } from '../system/wording.ts';

export interface Address {
  /** Host name or IP address; an IPv6 address without its brackets. */
  readonly host: string;
  /** 0 to 65535; 0 = any free port. */
  readonly port: number;
}

/** Parses `127.0.0.1:8080`, `localhost:8080` or `[::1]:8080`; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65535 ? undefined : { host, port };
}

/** Whether a host is this machine only: 127.0.0.0/8, ::1 or `localhost`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** What is wrong with an address to listen on; undefined when nothing is. */
export function listenFault(text: string): WordingKey | undefined {
  return parseAddress(text) === undefined ? 'config.fault.address' : undefined;
}

/** As `listenFault`, for the embedded broker: it has no passwords, so it may be reached from this machine only. */
export function loopbackFault(text: string): WordingKey | undefined {
  const address = parseAddress(text);
  if (address === undefined) return 'config.fault.address';
  return isLoopback(address.host) ? undefined : 'config.fault.address-loopback';
}

/** What is wrong with the URL of a broker; undefined when nothing is. */
export function brokerFault(text: string): WordingKey | undefined {
  if (!/^mqtts?:\/\//.test(text) || !URL.canParse(text)) return 'config.fault.broker';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'config.fault.broker-credentials';
  const bare = (url.pathname === '' || url.pathname === '/') && url.search === '' && url.hash === '';
  return url.hostname === '' || url.port === '0' || !bare ? 'config.fault.broker' : undefined;
}

/** Whether what goes to this broker can be read and changed on the way: no TLS, and another machine. Its URL is a sound one. */
export function isPlainToOthers(broker: string): boolean {
  if (!broker.startsWith('mqtt://') || !URL.canParse(broker)) return false;
  return !isLoopback(new URL(broker).hostname.replace(/^\[(.*)\]$/, '$1'));
}
