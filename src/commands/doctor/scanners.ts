// Checks of the scanners. Opening a serial port sets it up anew, lock or no lock, so a port that a running daemon reads is
// only looked at from outside.

import { realpath, stat } from 'node:fs/promises';

import type { ScannerConfiguration } from '../../config/schema.ts';
import { isProbedByModemManager } from '../../scanners/modem-probing.ts';
import type { OpenFailureCode } from '../../scanners/serial-failure.ts';
import { listSerialPorts } from '../../scanners/serial-list.ts';
import { sameNamePorts } from '../../scanners/serial-lookalikes.ts';
import { openSerialPort } from '../../scanners/serial-port.ts';
import { cameraScanner } from './camera.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import { hidScanner } from './hid.ts';
import type { Situation } from './situation.ts';

export function scannerChecks(situation: Situation): Check[] {
  return situation.configuration.scanners.map((scanner) => ({
    name: `scanner:${scanner.id}`,
    look: () => look(scanner, situation),
  }));
}

function look(scanner: ScannerConfiguration, situation: Situation): Finding | Promise<Finding> {
  switch (scanner.kind) {
    case 'camera':
      return cameraScanner(scanner, situation);
    case 'stdin':
      return ok(situation.say('doctor.scanner.stdin'));
    case 'serial':
      return serial(scanner, situation);
    case 'hid-pos':
    case 'hid-keyboard':
      return hidScanner(scanner, situation);
  }
}

async function serial(scanner: Extract<ScannerConfiguration, { kind: 'serial' }>, situation: Situation): Promise<Finding> {
  const { daemon, say } = situation;
  const { path } = scanner;
  const shared = await sharedPort(scanner, situation);
  if (shared) return shared;
  if (daemon.state === 'none') {
    const attempt = await openSerialPort(scanner);
    if (!attempt.ok) return await failed(path, attempt.code, say);
    await attempt.port.close();
    return await named(path, say('doctor.scanner.opens', { path }), say);
  }
  const device = await stat(path).catch((error: unknown) =>
    error instanceof Error && 'code' in error ? String(error.code) : 'failed',
  );
  if (typeof device === 'string') return await failed(path, device === 'EACCES' ? 'no-permission' : 'absent', say);
  if (!device.isCharacterDevice()) return await failed(path, 'not-serial', say);
  return await named(path, say('doctor.scanner.with-daemon', { path }), say);
}

async function failed(path: string, code: OpenFailureCode, say: Situation['say']): Promise<Finding> {
  const found = say(`doctor.scanner.${code}`, { path });
  const cure = say(`doctor.scanner.${code}.cure`, { path });
  if (code !== 'absent' && code !== 'not-serial') return failure(found, cure);
  const ports = (await listSerialPorts()).map((port) => port.path);
  const there = ports.length === 0 ? say('doctor.scanner.no-ports') : say('doctor.scanner.ports', { ports: ports.join(', ') });
  return failure(found, `${cure} ${there}`);
}

/** Two scanners whose paths lead to one device: of no use, whatever else is well. */
async function sharedPort(
  { id, path }: ScannerConfiguration & { path: string },
  { configuration, say }: Situation,
): Promise<Finding | undefined> {
  const device = await realpath(path).catch(() => path);
  for (const other of configuration.scanners) {
    if (other.id === id || other.kind !== 'serial') continue;
    if ((await realpath(other.path).catch(() => other.path)) === device) {
      return failure(say('doctor.scanner.shared', { path, device, other: other.id }), say('doctor.scanner.shared.cure'));
    }
  }
  return undefined;
}

/** ttyACM0 is whichever scanner was plugged in first; a name by id stays with its scanner. */
async function named(path: string, found: string, say: Situation['say']): Promise<Finding> {
  if (await isProbedByModemManager(path))
    return warning(say('doctor.scanner.probed', { path }), say('doctor.scanner.probed.cure'));
  const same = await sameNamePorts(path);
  if (same.length > 0) {
    return warning(say('doctor.scanner.same-name', { path }), say('doctor.scanner.same-name.cure', { ports: same.join(', ') }));
  }
  if (!/^\/dev\/tty(?:ACM|USB)[0-9]+$/.test(path)) return ok(found);
  const stable = (await listSerialPorts()).find(({ device }) => device === path)?.path;
  if (stable === undefined || stable === path) return ok(found);
  return warning(found, say('doctor.scanner.unstable.cure', { path, stable }));
}
