// Serial ports that are not a scanner's alone: locked or claimed by another program, probed by ModemManager, or under a name that two
// devices share.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isProbedByModemManager } from '../../src/scanners/modem-probing.ts';
import { serialScanner } from '../../src/scanners/serial.ts';
import { sameNamePorts } from '../../src/scanners/serial-lookalikes.ts';
import { openSerialPort } from '../../src/scanners/serial-port.ts';
import { eventually } from '../fakes/eventually.ts';
import { openPty, plug } from '../fakes/pty.ts';
import { attend, clock, faults } from './attended.ts';
import { ended } from './child-process.ts';

const NOBODY = 65_534;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ports-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a port that another program has', () => {
  test('is told with that program when it has locked it, and read once it is free', async () => {
    const port = plug(join(folder, 'ttyACM0'));
    onTestFinished(() => port.close());
    const locked = 'echo locked; exec sleep 60';
    const other = spawn('flock', [port.path, 'sh', '-c', locked], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    onTestFinished(() => ended(other));
    await once(other.stdout, 'data');
    const { told, report } = faults();
    const scanner = serialScanner(
      { id: 'main', direction: 'in', path: port.link, baudRate: 9_600 },
      { clock, report, random: () => 0 },
    );
    const lane = attend(scanner);
    onTestFinished(() => lane.stop());
    await eventually('the fault', () => told.length > 0);
    expect(told).toEqual([expect.stringMatching(/ttyACM0 is in use by process [0-9]+ \((?:flock|sleep)\); stop that program/)]);
    await ended(other);
    await eventually('the port open', () => told.length === 2);
    await port.write('mine\r');
    await eventually('a code', () => lane.texts[0] === 'mine');
  });

  test('is told with ModemManager as the suspect where that runs and the port is claimed', async () => {
    const port = openPty();
    const fd = openSync(port.path, 'r+');
    onTestFinished(() => port.close());
    claimTerminal(fd);
    chmodSync(port.path, 0o666);
    // The superuser may open a claimed terminal, so as one we look through a stranger's eyes.
    const root = process.geteuid?.() === 0;
    const failed = async () => {
      if (root) process.seteuid?.(NOBODY);
      try {
        const attempt = await openSerialPort({ path: port.path, baudRate: 9_600 });
        return attempt.ok ? attempt : attempt.message;
      } finally {
        if (root) process.seteuid?.(0);
      }
    };
    expect(await failed()).toMatch(/in use by another program; stop that program/);
    await startedModemManager();
    expect(await failed()).toMatch(
      /in use probably by ModemManager; install hardware\/udev\/60-gate-reader.rules.*disable --now ModemManager/,
    );
    expect(await isProbedByModemManager(port.path)).toBe(true);
  });

  test('isProbedByModemManager believes udev that a port is left alone', async () => {
    const port = openPty();
    onTestFinished(() => port.close());
    const roots = { proc: join(folder, 'proc'), udev: join(folder, 'udev') };
    for (const path of [join(roots.proc, '17'), roots.udev]) mkdirSync(path, { recursive: true });
    writeFileSync(join(roots.proc, '17/comm'), 'sshd\n');
    expect(await isProbedByModemManager(port.path, roots)).toBe(false);
    writeFileSync(join(roots.proc, '17/comm'), 'ModemManager\n');
    expect(await isProbedByModemManager(port.path, roots)).toBe(true);
    writeFileSync(join(roots.udev, `c136:${port.path.replace(/\D/g, '')}`), 'S:serial/by-id/x\nE:ID_MM_DEVICE_IGNORE=1\n');
    expect(await isProbedByModemManager(port.path, roots)).toBe(false);
  });
});

describe('sameNamePorts', () => {
  const roots = () => ({ sys: join(folder, 'sys'), dev: join(folder, 'dev') });

  /** A USB adapter as sysfs and udev lay it out: device, interface, port. */
  function adapter(tty: string, socket: string, { serial: number = '', usbInterface = '00', product = '7523' } = {}): void {
    const { sys, dev } = roots();
    const usb = join(sys, 'devices/usb1', socket);
    const port = join(usb, `${socket}:1.${Number(usbInterface)}`, tty);
    mkdirSync(port, { recursive: true });
    writeFileSync(join(usb, 'idVendor'), '1a86\n');
    writeFileSync(join(usb, 'idProduct'), `${product}\n`);
    if (number !== '') writeFileSync(join(usb, 'serial'), `${number}\n`);
    writeFileSync(join(dirname(port), 'bInterfaceNumber'), `${usbInterface}\n`);
    mkdirSync(join(sys, 'class/tty', tty), { recursive: true });
    symlinkSync(port, join(sys, 'class/tty', tty, 'device'));
    for (const link of ['by-id', 'by-path']) mkdirSync(join(dev, 'serial', link), { recursive: true });
    writeFileSync(join(dev, tty), '');
    symlinkSync(join(dev, tty), join(dev, 'serial/by-path', `usb-0:${socket}:1.0`));
    rmSync(join(dev, 'serial/by-id/usb-1a86_USB_Serial'), { force: true });
    symlinkSync(join(dev, tty), join(dev, 'serial/by-id/usb-1a86_USB_Serial'));
  }

  const byId = () => join(roots().dev, 'serial/by-id/usb-1a86_USB_Serial');

  test('names the links by path of two adapters without serial numbers', async () => {
    adapter('ttyUSB0', '1-1');
    expect(await sameNamePorts(byId(), roots())).toEqual([]);
    adapter('ttyUSB1', '1-2');
    expect(await sameNamePorts(byId(), roots())).toEqual(
      ['1-1', '1-2'].map((socket) => join(roots().dev, `serial/by-path/usb-0:${socket}:1.0`)),
    );
    expect(await sameNamePorts(join(roots().dev, 'ttyUSB0'), roots())).toEqual([]);
  });

  test.each([
    ['serial numbers differ', { serial: 'B' }],
    ['the model differs', { product: '5523' }],
    ['it is another interface', { usbInterface: '02' }],
  ])('is content where %s', async (_what, other) => {
    adapter('ttyUSB0', '1-1', { serial: 'A' });
    adapter('ttyUSB1', '1-2', { serial: 'A', ...other });
    expect(await sameNamePorts(byId(), roots())).toEqual([]);
  });
});

/** TIOCEXCL (asm-generic/ioctls.h): nobody but the superuser may open the terminal from now on. */
function claimTerminal(fd: number): void {
  const ioctl = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request, int argument)') as unknown as (
    ...words: number[]
  ) => number;
  expect(ioctl(fd, 0x540c, 0)).toBe(0);
}

/** A program of that name, which is what is looked for. */
async function startedModemManager(): Promise<void> {
  const program = join(folder, 'ModemManager');
  copyFileSync('/bin/sleep', program);
  chmodSync(program, 0o755);
  const child = spawn(program, ['60'], { stdio: 'ignore' });
  onTestFinished(() => ended(child));
  await once(child, 'spawn');
}
