// The main job, end to end: the whole daemon as a child process, a pty as scanner, a real Mosquitto as broker, and a centre
// that trusts nothing but the bytes it received.

import { randomBytes } from 'node:crypto';
import { writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';

import { Centre, chainFault } from './fakes/centre.ts';
import { startDaemon, temporaryFolder } from './fakes/daemon.ts';
import { eventually } from './fakes/eventually.ts';
import { type Kiosk, type KioskOptions, makeKiosk, READER, SITE } from './fakes/kiosk.ts';
import { type Mosquitto, startMosquitto } from './fakes/mosquitto.ts';
import { cardNumber, cardOf } from './fakes/people.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function kioskWith(options: KioskOptions): Kiosk {
  const kiosk = makeKiosk(options);
  cleanups.push(() => kiosk.remove());
  return kiosk;
}

async function broker(options?: Parameters<typeof startMosquitto>[0]): Promise<Mosquitto> {
  const started = await startMosquitto(options);
  cleanups.push(() => started.kill());
  return started;
}

async function centreAt(url: string, receipts: boolean, reader = READER, site = SITE): Promise<Centre> {
  const centre = await Centre.connect(url, { site, reader, receipts });
  cleanups.push(() => centre.close());
  return centre;
}

function rowsOf(data: string): number[] {
  const journal = new Database(join(data, 'journal.db'), { readonly: true });
  const rows = journal.prepare<[], number>('SELECT sequence FROM event ORDER BY sequence').pluck().all();
  journal.close();
  return rows;
}

describe('a thousand people at the gate', () => {
  test('each code becomes exactly one event, in order, chained, and leaves the reader only after its receipt', {
    timeout: 90_000,
  }, async () => {
    const { url } = await broker();
    const centre = await centreAt(url, false);
    const kiosk = kioskWith({ broker: url, receipts: 'required', settings: { journal: { retentionDays: 0 } } });
    const daemon = kiosk.start();
    await daemon.ready();

    const codes = Array.from({ length: 1_000 }, (_, index) => cardOf(index));
    for (const code of codes) await kiosk.scanner.write(`${code}\r`);
    await eventually('a thousand answers', () => daemon.feedback().length === 1_000);
    expect(daemon.feedback()).toEqual(codes.map((_, index) => `granted recorded in cccd ******${cardNumber(index).slice(-6)}`));

    await eventually('a thousand scans at the centre', () => centre.scans().length >= 1_000);
    expect(centre.scans().map(({ event }) => (event.data['credential'] as { label: string }).label)).toEqual(
      codes.map((_, index) => `******${cardNumber(index).slice(-6)}`),
    );
    expect(new Set(centre.scans().map(({ event }) => (event.data['credential'] as { ref: string }).ref)).size).toBe(1_000);
    expect(chainFault(centre.events())).toBeUndefined();

    // The first upkeep in the lull writes a seal, and in the same round would prune what may go: nothing may, yet.
    await eventually('the seal of the lull', () => centre.events().some(({ event }) => event.type === 'gate.seal.v1'), {
      deadlineMs: 30_000,
    });
    const sealed = rowsOf(kiosk.data);
    expect(sealed.slice(0, 1_001)).toEqual(Array.from({ length: 1_001 }, (_, index) => index + 1));

    await centre.acknowledge();
    await eventually('rows to go after their receipt', () => (rowsOf(kiosk.data)[0] ?? 0) > 1_001, { deadlineMs: 30_000 });
    const purge = await eventually('the word of it', () => centre.events().find(({ event }) => event.type === 'gate.purge.v1'));
    expect(purge.event.data['reason']).toBe('retention');
    expect(await daemon.stop()).toBe(0);

    expect(chainFault(centre.events())).toBeUndefined();
    const verify = startDaemon(['journal', 'verify', '--data', kiosk.data, '--json']);
    expect(await verify.exited()).toBe(0);
    expect(JSON.parse(verify.stdout.join(''))).toMatchObject({ ok: true });
  });
});

describe('npm start, the embedded default', () => {
  test('a card typed at the terminal is granted, and an independent subscriber of the embedded broker gets its event', async () => {
    const folder = temporaryFolder();
    cleanups.push(folder.remove);
    const daemon = startDaemon(['run', '--data', join(folder.path, 'data')], { GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' });
    cleanups.push(() => void daemon.process.kill('SIGKILL'));
    const ready = await daemon.ready();
    expect(ready).toMatchObject({ site: 'demo', reader: 'demo', console: 'off' });
    daemon.process.stdin.write(`${cardOf(1)}\n`);
    await eventually('the answer', () => daemon.feedback().length === 1);
    expect(daemon.feedback()).toEqual(['granted recorded in cccd ******000001']);

    // Scanned before anybody listened: not delivered to nobody, kept for whoever comes.
    const centre = await centreAt(ready['broker'] ?? '', false, 'demo', 'demo');
    await eventually('the event', () => centre.scans().length === 1);
    daemon.process.stdin.write(`${cardOf(2)}\n`);
    await eventually('the live event', () => centre.scans().length === 2);
    expect(centre.scans()[1]?.topic).toBe('event');
    expect(chainFault(centre.events())).toBeUndefined();
    expect(await daemon.stop()).toBe(0);
  });
});

describe('what bad input gets', () => {
  test('noise is counted and refused as unrecognised, and the next valid code works at once', async () => {
    const { url } = await broker();
    const centre = await centreAt(url, true);
    const kiosk = kioskWith({ broker: url });
    const daemon = kiosk.start();
    await daemon.ready();
    const noise = Buffer.from(
      randomBytes(200).filter((byte) => byte !== 0x0d && byte !== 0x0a && byte !== 0x5d && (byte < 0x30 || byte > 0x39)),
    );
    const bad = [
      noise,
      Buffer.from('half \xe1\xbb', 'latin1'),
      Buffer.from('nul\0nul'),
      Buffer.from('\u001b[2J\u001b]0;owned\u0007'),
      Buffer.alloc(1 << 20, 0x41),
    ];
    for (const bytes of bad) {
      await kiosk.scanner.write(bytes);
      await kiosk.scanner.write('\r');
    }
    await kiosk.scanner.write(`${cardOf(7)}\r`);
    await eventually('all answers', () => daemon.feedback().length === bad.length + 1);
    expect(daemon.feedback()).toEqual([
      ...bad.map(() => 'denied unrecognised - unknown -'),
      'granted recorded in cccd ******000007',
    ]);
    await eventually('all events', () => centre.scans().length === bad.length + 1);
    expect(
      centre
        .scans()
        .slice(0, -1)
        .map(({ event }) => event.data['credential']),
    ).toEqual(bad.map(() => ({ kind: 'unknown' })));
    expect(await daemon.stop()).toBe(0);
  });

  test('a second daemon on the same data folder refuses to start and names the first', async () => {
    const kiosk = kioskWith({});
    const first = kiosk.start({ GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' });
    await first.ready();
    const second = kiosk.start({ GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' });
    expect(await second.exited()).toBe(1);
    expect(second.stderr.join('\n')).toContain(`pid ${first.process.pid}`);
    expect(second.stdout).toEqual([]);
    expect(await first.stop()).toBe(0);
  });

  test('a wrong configuration: exit 78 and every fault at once, with its place', async () => {
    const kiosk = kioskWith({ settings: { reader: 'Cổng 1', journal: { retentionDays: -1 }, colour: 'blue' } });
    const daemon = kiosk.start();
    expect(await daemon.exited()).toBe(78);
    expect(daemon.stdout).toEqual([]);
    const faults = daemon.stderr.filter((line) => /^\S+gate-reader\.yaml:\d+:\d+: /.test(line));
    expect(faults.map((line) => line.split(': ')[1])).toEqual(
      expect.arrayContaining(['reader', 'journal.retentionDays', 'colour']),
    );
    expect(faults).toHaveLength(3);
  });

  test('a damaged journal is set aside with a message, a new epoch begins, the gate goes on', async () => {
    const { url } = await broker();
    const centre = await centreAt(url, false);
    const kiosk = kioskWith({ broker: url });
    const before = kiosk.start();
    await before.ready();
    await kiosk.scanner.write(`${cardOf(1)}\r`);
    await eventually('an answer', () => before.feedback().length === 1);
    expect(await before.stop()).toBe(0);
    writeFileSync(join(kiosk.data, 'journal.db'), randomBytes(8192));

    const after = kiosk.start();
    await after.ready();
    await kiosk.scanner.write(`${cardOf(2)}\r`);
    await eventually('an answer', () => after.feedback().length === 1);
    expect(after.feedback()).toEqual(['granted recorded in cccd ******000002']);
    expect(after.stderr.join('\n')).toContain('set aside');
    expect(readdirSync(kiosk.data).filter((name) => name.startsWith('damaged-') && name.endsWith('journal.db'))).toHaveLength(1);
    await eventually('the new epoch at the centre', () => new Set(centre.scans().map(({ event }) => event.epoch)).size === 2);
    expect(await after.stop()).toBe(0);
  });
});

describe('what comes and goes', () => {
  test('without scanner and broker the daemon runs, says so in its state, and goes on when they come', {
    timeout: 60_000,
  }, async () => {
    const first = await broker();
    const { port } = first;
    await first.kill();
    const kiosk = kioskWith({ broker: `mqtt://127.0.0.1:${port}`, plugged: false });
    const daemon = kiosk.start();
    await daemon.ready();
    expect(daemon.stderr.join('\n')).toContain('scanner:main');

    await broker({ port });
    const centre = await centreAt(`mqtt://127.0.0.1:${port}`, true);
    const degraded = await eventually(
      'the degraded state',
      () => centre.messages.some(({ topic }) => topic.endsWith('/state')) && centre.latest('state'),
    );
    expect(degraded).toMatchObject({ state: 'degraded', faults: [{ part: 'scanner:main' }] });

    kiosk.plug();
    await eventually('the ready state', () => centre.latest('state')?.['state'] === 'ready');
    await kiosk.scanner.write(`${cardOf(3)}\r`);
    await eventually('its event', () => centre.scans().length === 1);

    kiosk.scanner.close();
    await eventually('the unplugged scanner in the state', () => centre.latest('state')?.['state'] === 'degraded');
    kiosk.plug();
    await eventually('the scanner back', () => centre.latest('state')?.['state'] === 'ready');
    await kiosk.scanner.write(`${cardOf(4)}\r`);
    await eventually('the next event', () => centre.scans().length === 2);
    const told = centre.events().filter(({ event }) => event.type === 'gate.fault.v1');
    expect(told.map(({ event }) => [event.data['part'], event.data['state']])).toEqual([
      ['scanner:main', 'lost'],
      ['scanner:main', 'regained'],
      ['scanner:main', 'lost'],
      ['scanner:main', 'regained'],
    ]);
    expect(await daemon.stop()).toBe(0);
    await eventually('the last word', () => centre.latest('state')?.['state'] === 'stopped');
    await eventually('the stop event', () => centre.events().some(({ event }) => event.type === 'gate.stop.v1'));
    expect(chainFault(centre.events())).toBeUndefined();
  });

  test('killed without warning and started again: nothing shown is lost, the chain goes on, who is inside is known', async () => {
    const { url } = await broker();
    const centre = await centreAt(url, true);
    const kiosk = kioskWith({ broker: url });
    const before = kiosk.start();
    await before.ready();
    await kiosk.scanner.write(`${cardOf(1)}\r${cardOf(2)}\r`);
    await eventually('two answers', () => before.feedback().length === 2);
    await eventually('the first session', () => centre.latest('state')?.['state'] === 'ready');
    expect(await before.stop('SIGKILL')).toBe('SIGKILL');
    await eventually('the will', () => centre.latest('state')?.['state'] === 'lost');

    const after = kiosk.start();
    await after.ready();
    await kiosk.scanner.write(`${cardOf(1)}\r${cardOf(3)}\r`);
    await eventually('two more answers', () => after.feedback().length === 2);
    expect(after.feedback()).toEqual(['granted recorded out cccd ******000001', 'granted recorded in cccd ******000003']);
    await eventually('all four', () => centre.scans().length === 4);
    expect(chainFault(centre.events())).toBeUndefined();
    expect(await after.stop()).toBe(0);
  });
});

describe('privacy', () => {
  test('no log line at any level, no message and no file of the reader holds what was on a card', async () => {
    const { url } = await broker();
    const centre = await centreAt(url, true);
    const kiosk = kioskWith({ broker: url });
    const daemon = startDaemon(['run', '--config', kiosk.configuration, '--data', kiosk.data, '--log-level', 'debug']);
    cleanups.push(() => void daemon.process.kill('SIGKILL'));
    await daemon.ready();
    await kiosk.scanner.write(`${cardOf(5)}\r${cardOf(6).slice(0, 40)}\rsecret-unknown-text\r`);
    await eventually('three events', () => centre.scans().length === 3);
    expect(daemon.feedback().map((line) => line.split(' ')[1])).toEqual(['recorded', 'truncated', 'unrecognised']);
    expect(await daemon.stop()).toBe(0);

    const raw = new Database(join(kiosk.data, 'journal.db'), { readonly: true }).serialize().toString('latin1');
    const everything = [
      daemon.stdout.join('\n'),
      daemon.stderr.join('\n'),
      ...centre.messages.map(({ payload }) => payload),
      raw,
    ];
    for (const secret of [
      cardNumber(5),
      cardNumber(6),
      'Nguyễn',
      Buffer.from('Nguyễn').toString('latin1'),
      'Giả Định',
      'secret-unknown',
    ]) {
      expect(everything.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
