// `gate-reader replay`: a capture through a whole daemon, which ends when everything is delivered.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { Centre, chainFault } from '../fakes/centre.ts';
import { startDaemon } from '../fakes/daemon.ts';
import { makeKiosk, READER, SITE, type Kiosk, type KioskOptions } from '../fakes/kiosk.ts';
import { startMosquitto } from '../fakes/mosquitto.ts';
import { cardOf } from '../fakes/people.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function kioskWith(options: KioskOptions): Kiosk {
  const kiosk = makeKiosk({ plugged: false, ...options });
  cleanups.push(() => kiosk.remove());
  return kiosk;
}

const replay = (kiosk: Kiosk, file: string) =>
  startDaemon(['replay', file, '--config', kiosk.configuration, '--data', kiosk.data], {
    GATE_READER__UPLINK__LISTEN: '127.0.0.1:0',
  });

describe('replay', () => {
  test('a file of codes: every one judged, stored at the centre by its receipt, then exit 0', async () => {
    const mosquitto = await startMosquitto();
    cleanups.push(() => mosquitto.kill());
    const centre = await Centre.connect(mosquitto.url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    const kiosk = kioskWith({ broker: mosquitto.url });
    const file = join(kiosk.folder, 'codes.txt');
    writeFileSync(file, Array.from({ length: 300 }, (_, index) => `${cardOf(index)}\n`).join(''));
    const run = replay(kiosk, file);
    expect(await run.exited()).toBe(0);
    expect(run.feedback()).toHaveLength(300);
    expect(centre.scans()).toHaveLength(300);
    expect(chainFault(centre.events())).toBeUndefined();
  });

  test('with the embedded broker and nobody listening it ends all the same: the journal is the record', async () => {
    const kiosk = kioskWith({});
    const file = join(kiosk.folder, 'codes.txt');
    writeFileSync(file, `${cardOf(1)}\r${cardOf(2)}`);
    const run = replay(kiosk, file);
    expect(await run.exited()).toBe(0);
    expect(run.feedback()).toEqual(['granted recorded in cccd ******000001', 'granted recorded in cccd ******000002']);
  });

  test('a file that is not there: exit 1 and its name', async () => {
    const kiosk = kioskWith({});
    const run = replay(kiosk, join(kiosk.folder, 'nothing.txt'));
    expect(await run.exited()).toBe(1);
    expect(run.stderr.join('\n')).toContain('nothing.txt');
  });

  test('refuses a data folder that a daemon has', async () => {
    const kiosk = kioskWith({});
    const daemon = kiosk.start({ GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' });
    await daemon.ready();
    const file = join(kiosk.folder, 'codes.txt');
    writeFileSync(file, cardOf(1));
    const run = replay(kiosk, file);
    expect(await run.exited()).toBe(1);
    expect(run.stderr.join('\n')).toContain(`pid ${daemon.process.pid}`);
    expect(await daemon.stop()).toBe(0);
  });
});
