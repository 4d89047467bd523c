// A journal that begins anew under the running daemon: its epoch stands for itself.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Centre, chainFault } from './fakes/centre.ts';
import { eventually } from './fakes/eventually.ts';
import { makeKiosk, READER, SITE } from './fakes/kiosk.ts';
import { startMosquitto } from './fakes/mosquitto.ts';
import { cardOf } from './fakes/people.ts';

test('a journal that is deleted under the daemon begins again with a start and the key of its seals', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.kill());
  const centre = await Centre.connect(broker.url, { site: SITE, reader: READER, receipts: true });
  onTestFinished(() => centre.close());
  const kiosk = makeKiosk({ broker: broker.url });
  onTestFinished(() => kiosk.remove());
  const daemon = kiosk.start();
  await daemon.ready();
  await kiosk.scanner.write(`${cardOf(1)}\r`);
  await eventually('the first scan at the centre', () => centre.scans().length === 1);
  rmSync(join(kiosk.data, 'journal.db'));
  await kiosk.scanner.write(`${cardOf(2)}\r`);
  await eventually('the second scan at the centre', () => centre.scans().length === 2);
  const [first, second] = centre.scans().map(({ event }) => event.epoch);
  expect(second).not.toBe(first);
  const own = centre.events().filter(({ event }) => event.epoch === second);
  expect(own.map(({ event }) => event.type)).toEqual(['gate.start.v1', 'gate.scan.v1']);
  expect(chainFault(own)).toBeUndefined();
  expect(await daemon.stop()).toBe(0);
});
