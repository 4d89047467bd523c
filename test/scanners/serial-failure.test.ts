// What a guard or installer is told when a serial port does not open, and which ports are suggested.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listSerialPorts } from '../../src/scanners/serial-list.ts';
import { openSerialPort } from '../../src/scanners/serial-port.ts';
import { openPty } from '../fakes/pty.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ports-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('openSerialPort without permission names the group to join', async () => {
  const pty = openPty();
  chmodSync(pty.path, 0o000);
  // The superuser may open everything, so as one we look through a stranger's eyes.
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    const attempt = await openSerialPort({ path: pty.path, baudRate: 9_600 });
    expect(attempt).toEqual({
      ok: false,
      code: 'no-permission',
      message: expect.stringMatching(/no permission to open .*dialout/) as string,
    });
  } finally {
    if (root) process.seteuid?.(0);
    pty.close();
  }
});

test('openSerialPort on something that is no serial device says so', async () => {
  const file = join(folder, 'notes.txt');
  writeFileSync(file, '');
  expect(await openSerialPort({ path: file, baudRate: 9_600 })).toMatchObject({ ok: false, code: 'not-serial' });
  expect(await openSerialPort({ path: '/dev/null', baudRate: 9_600 })).toMatchObject({ ok: false, code: 'failed' });
});

test('openSerialPort on a link whose device is gone calls it absent', async () => {
  const link = join(folder, 'usb-scanner');
  symlinkSync(join(folder, 'ttyACM0'), link);
  expect(await openSerialPort({ path: link, baudRate: 9_600 })).toMatchObject({ ok: false, code: 'absent' });
});

test('listSerialPorts suggests by-id, then by-path, then the device, each device once', async () => {
  mkdirSync(join(folder, 'serial', 'by-id'), { recursive: true });
  mkdirSync(join(folder, 'serial', 'by-path'));
  for (const name of ['ttyACM0', 'ttyUSB0', 'ttyAMA0', 'ttyS0', 'tty1', 'null']) writeFileSync(join(folder, name), '');
  symlinkSync('../../ttyACM0', join(folder, 'serial', 'by-id', 'usb-Maker_Scanner_123-if00'));
  symlinkSync('../../ttyACM0', join(folder, 'serial', 'by-path', 'platform-usb-0:1.1'));
  symlinkSync('../../ttyUSB0', join(folder, 'serial', 'by-path', 'platform-usb-0:1.2'));
  symlinkSync('../../ttyGONE', join(folder, 'serial', 'by-path', 'platform-usb-0:1.3'));
  expect(await listSerialPorts(folder)).toEqual([
    { path: join(folder, 'serial/by-id/usb-Maker_Scanner_123-if00'), device: join(folder, 'ttyACM0') },
    { path: join(folder, 'serial/by-path/platform-usb-0:1.2'), device: join(folder, 'ttyUSB0') },
    { path: join(folder, 'ttyAMA0'), device: join(folder, 'ttyAMA0') },
  ]);
});

test('listSerialPorts on a machine without any finds none', async () => {
  expect(await listSerialPorts(join(folder, 'nowhere'))).toEqual([]);
});
