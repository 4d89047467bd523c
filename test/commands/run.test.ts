// `gate-reader run` as a service manager, a shell and an impatient person meet it.

import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';

import { type Daemon, startDaemon, temporaryFolder } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';
import { type Kiosk, type KioskOptions, makeKiosk } from '../fakes/kiosk.ts';
import { cardOf } from '../fakes/people.ts';
import { ServiceManager } from '../fakes/systemd.ts';

const EMBEDDED = { GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' };
const cleanups: (() => void)[] = [];
afterEach(() =>
  cleanups
    .splice(0)
    .toReversed()
    .forEach((cleanup) => cleanup()),
);

function kioskWith(options: KioskOptions = {}): Kiosk {
  const kiosk = makeKiosk(options);
  cleanups.push(() => kiosk.remove());
  return kiosk;
}

function demo(environment: NodeJS.ProcessEnv = {}): { daemon: Daemon; data: string } {
  const folder = temporaryFolder();
  cleanups.push(folder.remove);
  const data = join(folder.path, 'data');
  const daemon = startDaemon(['run', '--data', data], { ...EMBEDDED, ...environment });
  cleanups.push(() => void daemon.process.kill('SIGKILL'));
  return { daemon, data };
}

describe('the service manager', () => {
  test('hears READY once everything is open, WATCHDOG while every part lives, STOPPING at the end', async () => {
    const folder = temporaryFolder();
    cleanups.push(folder.remove);
    const path = join(folder.path, 'notify');
    const manager = new ServiceManager(path);
    cleanups.push(() => manager.close());
    const { daemon } = demo({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '200000' });
    const heard: string[] = [];
    const hear = () => {
      for (let message = manager.next(); message !== undefined; message = manager.next()) heard.push(message.split('=')[0] ?? '');
      return heard;
    };
    await daemon.ready();
    await eventually('three beats', () => hear().filter((message) => message === 'WATCHDOG').length >= 3);
    expect(heard[0]).toBe('READY');
    expect(await daemon.stop()).toBe(0);
    expect(hear().at(-1)).toBe('STOPPING');
  });
});

describe('SIGTERM', () => {
  test('in the middle of a crowd: exit 0 within two seconds, everything shown is recorded, the journal is sealed', async () => {
    const kiosk = kioskWith();
    const daemon = kiosk.start(EMBEDDED);
    await daemon.ready();
    const writing = kiosk.scanner
      .write(Array.from({ length: 400 }, (_, index) => `${cardOf(index)}\r`).join(''))
      .catch(() => undefined);
    await eventually('a crowd under way', () => daemon.feedback().length > 50);
    // Past the two seconds of the deadline the exit code would be 1.
    expect(await daemon.stop()).toBe(0);
    kiosk.scanner.close();
    await writing;

    const journal = new Database(join(kiosk.data, 'journal.db'), { readonly: true });
    const events = journal.prepare<[], string>('SELECT CAST(body AS TEXT) FROM event ORDER BY sequence').pluck().all();
    journal.close();
    const types = events.map((body) => (JSON.parse(body) as { type: string }).type);
    expect(types.filter((type) => type === 'gate.scan.v1')).toHaveLength(daemon.feedback().length);
    expect(types.slice(-2)).toEqual(['gate.stop.v1', 'gate.seal.v1']);
  });

  test('leaves the data folder free for the next start', async () => {
    const kiosk = kioskWith();
    const first = kiosk.start(EMBEDDED);
    await first.ready();
    expect(await first.stop()).toBe(0);
    const second = kiosk.start(EMBEDDED);
    await second.ready();
    expect(await second.stop('SIGINT')).toBe(0);
  });
});

describe('standard input', () => {
  test('that ends leaves the daemon running, with a last line without a newline as a code', async () => {
    const { daemon } = demo();
    await daemon.ready();
    daemon.process.stdin.end(cardOf(9));
    await eventually('the answer', () => daemon.feedback().length === 1);
    await eventually('the word of the end', () => daemon.stderr.some((line) => line.includes('came to its end')));
    expect(daemon.process.exitCode).toBeNull();
    expect(await daemon.stop()).toBe(0);
  });

  test('within the repeat window answers again and records nothing', async () => {
    const { daemon, data } = demo();
    await daemon.ready();
    daemon.process.stdin.write(`${cardOf(1)}\nxyz\n${cardOf(1)}\nxyz\n`);
    await eventually('four answers', () => daemon.feedback().length === 4);
    expect(daemon.feedback()).toEqual([
      'granted recorded in cccd ******000001',
      'denied unrecognised - unknown -',
      'granted repeat in cccd ******000001',
      'denied repeat - unknown -',
    ]);
    expect(await daemon.stop()).toBe(0);
    const journal = new Database(join(data, 'journal.db'), { readonly: true });
    const scans = journal
      .prepare<[], number>("SELECT count(*) FROM event WHERE CAST(body AS TEXT) LIKE '%gate.scan.v1%'")
      .pluck()
      .get();
    journal.close();
    expect(scans).toBe(2);
  });
});

describe('a journal that cannot be written', () => {
  test('denies with journal-failed, is said once, and recovers by itself with the next scan', async () => {
    const { daemon, data } = demo();
    await daemon.ready();
    // Another writer that never commits: the disk is fine, the journal is not to be had.
    const other = new Database(join(data, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    daemon.process.stdin.write(`${cardOf(1)}\n`);
    await eventually('the denial', () => daemon.feedback().length === 1);
    expect(daemon.feedback()).toEqual(['denied journal-failed - cccd ******000001']);
    other.exec('ROLLBACK');
    other.close();
    daemon.process.stdin.write(`${cardOf(1)}\n`);
    await eventually('the grant', () => daemon.feedback().length === 2);
    expect(daemon.feedback()[1]).toBe('granted recorded in cccd ******000001');
    await eventually('the word that it works again', () => daemon.stderr.some((line) => line.includes('journal: works again')));
    expect(await daemon.stop()).toBe(0);
  });
});

describe('a disk that is full at the start', () => {
  test('the gate is there and says so; the first scan with room again is recorded', async () => {
    const kiosk = kioskWith();
    const before = kiosk.start(EMBEDDED);
    await before.ready();
    expect(await before.stop()).toBe(0);
    const words = ['run', '--config', kiosk.configuration, '--data', kiosk.data];
    const daemon = startDaemon(words, EMBEDDED, ['prlimit', '--fsize=0:unlimited']);
    cleanups.push(() => void daemon.process.kill('SIGKILL'));
    await daemon.ready();
    await kiosk.scanner.write(`${cardOf(1)}\r`);
    await eventually('the denial', () => daemon.feedback().length === 1);
    execFileSync('prlimit', ['--pid', String(daemon.process.pid), '--fsize=unlimited']);
    await kiosk.scanner.write(`${cardOf(1)}\r`);
    await eventually('the grant', () => daemon.feedback().length === 2);
    expect(daemon.feedback()).toEqual(['denied journal-failed - cccd ******000001', 'granted recorded in cccd ******000001']);
    await eventually('the connection', () => daemon.stderr.some((line) => line.includes('connected to the broker')));
    expect(await daemon.stop()).toBe(0);
  });
});

describe('journal.onFailure: grant', () => {
  test('lets those pass whom the rules would, and nobody else', async () => {
    const settings = { journal: { onFailure: 'grant' }, scanners: [{ id: 'stdin', kind: 'stdin' }] };
    const kiosk = kioskWith({ settings });
    const daemon = kiosk.start(EMBEDDED);
    await daemon.ready();
    const other = new Database(join(kiosk.data, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    daemon.process.stdin.write(`${cardOf(1)}\n001099000001|NGUYEN THI MAU|1999-01-01|0|1|\n`);
    await eventually('both answers', () => daemon.feedback().length === 2);
    other.close();
    expect(daemon.feedback()).toEqual([
      'granted journal-failed - cccd ******000001',
      expect.stringMatching(/^denied journal-failed - national-qr /),
    ]);
  });
});

describe('the time of events', () => {
  test.each(['+07:00', 'asia/ho_chi_minh', 'Asia/Ho_Chi_Minh'])('is that of the time zone %s', async (timezone) => {
    const kiosk = kioskWith({ settings: { timezone } });
    const daemon = kiosk.start({ ...EMBEDDED, TZ: 'UTC' });
    await daemon.ready();
    const journal = new Database(join(kiosk.data, 'journal.db'), { readonly: true });
    const body = journal.prepare<[], string>('SELECT CAST(body AS TEXT) FROM event').pluck().get();
    journal.close();
    expect((JSON.parse(body ?? '') as { time: string }).time).toMatch(/\+07:00$/);
  });
});

test('an embedded broker on ::1 is named as a URL and connected to', async () => {
  const { daemon } = demo({ GATE_READER__UPLINK__LISTEN: '[::1]:0' });
  expect((await daemon.ready())['broker']).toMatch(/^mqtt:\/\/\[::1\]:\d+$/);
  await eventually('the connection', () => daemon.stderr.some((line) => line.includes('connected to the broker')));
});

test('without an indicator, the gate outlives whoever read its output', async () => {
  const { daemon } = demo({ GATE_READER__INDICATOR__KIND: 'none' });
  daemon.process.stdout.destroy();
  await eventually('the start', () => daemon.stderr.some((line) => line.includes('connected to the broker')));
  expect(await daemon.stop()).toBe(0);
});

describe('the data folder', () => {
  test('keeps keys and journal from other users', async () => {
    const { daemon, data } = demo();
    await daemon.ready();
    for (const name of ['reader.key', 'site.key', 'journal.db', 'uplink.db']) {
      // The uplink's thread makes the last one in its own time.
      const stat = await eventually(name, () => statSync(join(data, name), { throwIfNoEntry: false }));
      expect(stat.mode & 0o077).toBe(0);
    }
    expect(await daemon.stop()).toBe(0);
  });

  test('that cannot be made: exit 1 with the folder, the cause and the cure', async () => {
    const folder = temporaryFolder();
    cleanups.push(folder.remove);
    writeFileSync(join(folder.path, 'file'), '');
    const daemon = startDaemon(['run', '--data', join(folder.path, 'file', 'data')], EMBEDDED);
    expect(await daemon.exited()).toBe(1);
    expect(daemon.stderr.join('\n')).toContain('--data');
  });
});

describe('the command line', () => {
  test('no command: the help and exit 2; an unknown option: exit 2; --help: examples and exit 0', async () => {
    expect(await startDaemon([]).exited()).toBe(2);
    expect(await startDaemon(['run', '--colour', 'blue']).exited()).toBe(2);
    expect(await startDaemon(['dance']).exited()).toBe(2);
    expect(await startDaemon(['run', '--log-level', 'loud']).exited()).toBe(2);
    for (const command of ['run', 'replay', 'config', 'doctor', 'journal', 'explain']) {
      const help = startDaemon([command, '--help']);
      expect(await help.exited()).toBe(0);
      expect(help.stdout.join('\n')).toContain('Examples');
    }
    const version = startDaemon(['--version']);
    expect(await version.exited()).toBe(0);
    expect(version.stdout).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });
});
