// sd_notify against a real datagram socket, by path and in the abstract namespace.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemdNotifier } from '../../src/system/notify.ts';
import { ServiceManager } from '../fakes/systemd.ts';

describe('systemdNotifier', () => {
  let folder: string;
  let manager: ServiceManager | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gate-reader-notify-'));
  });

  afterEach(() => {
    manager?.close();
    manager = undefined;
    rmSync(folder, { recursive: true });
  });

  test('sends each message as one datagram to the path of the socket', () => {
    const path = join(folder, 'notify');
    manager = new ServiceManager(path);
    const notifier = systemdNotifier({ NOTIFY_SOCKET: path });
    expect(notifier.ready()).toBe(true);
    expect(notifier.watchdog()).toBe(true);
    expect(notifier.stopping()).toBe(true);
    expect([manager.next(), manager.next(), manager.next(), manager.next()]).toEqual([
      'READY=1',
      'WATCHDOG=1',
      'STOPPING=1',
      undefined,
    ]);
  });

  test('says when a reload began by the clock that the service manager compares with', () => {
    const path = join(folder, 'notify');
    manager = new ServiceManager(path);
    const microseconds = () => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6);
    const before = microseconds();
    expect(systemdNotifier({ NOTIFY_SOCKET: path }).reloading()).toBe(true);
    const [, said] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/u.exec(manager.next() ?? '') ?? [];
    // The kernel's uptime has hundredths of a second, and time asleep that the monotonic clock has not.
    expect(Number(said)).toBeLessThan(microseconds() + 20_000);
    expect(Number(said)).toBeGreaterThan(before - 86_400e6);
  });

  test('reaches a socket of the abstract namespace', () => {
    const name = `gate-reader-test-${process.pid}`;
    manager = new ServiceManager(`\0${name}`);
    expect(systemdNotifier({ NOTIFY_SOCKET: `@${name}` }).ready()).toBe(true);
    expect(manager.next()).toBe('READY=1');
  });

  test('keeps a status on one line, so that no text can send another message', () => {
    const path = join(folder, 'notify');
    manager = new ServiceManager(path);
    expect(systemdNotifier({ NOTIFY_SOCKET: path }).status('cổng chính\nREADY=1')).toBe(true);
    expect(manager.next()).toBe('STATUS=cổng chính READY=1');
  });

  test('answers false without a manager, and when nobody listens', () => {
    expect(systemdNotifier({}).ready()).toBe(false);
    expect(systemdNotifier({ NOTIFY_SOCKET: join(folder, 'nobody') }).ready()).toBe(false);
  });

  test('answers false for a name that no Unix socket has', () => {
    for (const name of ['', '@', 'vsock:2:1234', `/${'x'.repeat(107)}`]) {
      expect(systemdNotifier({ NOTIFY_SOCKET: name }).ready(), name).toBe(false);
    }
  });

  test('answers false, without waiting or keeping a file open, when the manager takes nothing more', () => {
    const path = join(folder, 'notify');
    manager = new ServiceManager(path);
    const notifier = systemdNotifier({ NOTIFY_SOCKET: path });
    // A socket's queue holds net.unix.max_dgram_qlen messages, between 10 and some hundreds.
    const filesOpen = readdirSync('/proc/self/fd').length;
    let taken = 0;
    while (taken < 100_000 && notifier.watchdog()) taken += 1;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(100_000);
    expect(readdirSync('/proc/self/fd')).toHaveLength(filesOpen);
    while (manager.next() !== undefined);
    expect(notifier.ready()).toBe(true);
  });
});
