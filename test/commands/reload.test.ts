// The command `reload` at a whole daemon: new keys in place, another configuration in the same process, and nothing where it has faults.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { publicJwk } from '../../src/system/secrets.ts';
import { Centre, chainFault } from '../fakes/centre.ts';
import { commander, send } from '../fakes/command.ts';
import { eventually } from '../fakes/eventually.ts';
import { newKey } from '../fakes/issuer.ts';
import { makeKiosk, READER, SITE } from '../fakes/kiosk.ts';
import { startMosquitto } from '../fakes/mosquitto.ts';
import { cardOf } from '../fakes/people.ts';

const TOPIC = `gates/v1/${SITE}/${READER}/command`;

test('reload: keys, then another configuration under the same process id, then one with a fault', {
  timeout: 60_000,
}, async () => {
  const mosquitto = await startMosquitto();
  onTestFinished(() => mosquitto.kill());
  const centre = await Centre.connect(mosquitto.url, { site: SITE, reader: READER, receipts: true });
  onTestFinished(() => centre.close());
  const [first, second] = [newKey(), newKey()];
  const kiosk = makeKiosk({ broker: mosquitto.url });
  onTestFinished(() => kiosk.remove());
  const issuers = join(kiosk.folder, 'trust.json');
  const trusts = (...keys: ReturnType<typeof newKey>[]) => writeFileSync(issuers, JSON.stringify({ keys: keys.map(publicJwk) }));
  const own = JSON.parse(readFileSync(kiosk.configuration, 'utf8')) as object;
  const configure = (more: object) => writeFileSync(kiosk.configuration, JSON.stringify({ ...own, trust: { issuers }, ...more }));
  trusts(first);
  configure({});
  const daemon = kiosk.start();
  await daemon.ready();
  await eventually('the link', () => centre.latest('state') !== undefined);
  const pid = daemon.process.pid;
  const { sign } = commander(`/gates/${SITE}/${READER}`, () => Date.now(), first);
  const order = (command: string, key = first) => send(centre.client, TOPIC, sign(command, { key }));

  expect(await order('identify', second)).toMatchObject({ reason: 'unknown-issuer' });
  trusts(first, second);
  expect(await order('reload')).toMatchObject({ outcome: 'done' });
  expect(await order('identify', second)).toMatchObject({ outcome: 'done' });
  expect(daemon.stdout.filter((line) => line.startsWith('ready '))).toHaveLength(1);

  configure({ admission: { accept: { cccd: 'refuse' } } });
  await kiosk.scanner.write(`${cardOf(1)}\r`);
  await eventually('the first answer', () => daemon.feedback().length === 1);
  expect(await order('reload')).toMatchObject({ outcome: 'done' });
  await eventually('ready again', () => daemon.stdout.filter((line) => line.startsWith('ready ')).length === 2, {
    detail: () => daemon.stderr.join('\n'),
  });
  await kiosk.scanner.write(`${cardOf(2)}\r`);
  await eventually('the second answer', () => daemon.feedback().length === 2);
  expect(daemon.feedback()).toEqual(['granted recorded in cccd ******000001', 'denied kind-refused - cccd ******000002']);

  configure({ admission: { accept: { cccd: 'perhaps' } } });
  await eventually('the link', () => centre.latest('state')?.['state'] === 'ready');
  expect(await order('reload')).toMatchObject({ outcome: 'refused', reason: 'bad-configuration' });
  expect(daemon.stderr.join('\n')).toContain('admission.accept.cccd');
  configure({ admission: { accept: { cccd: 'refuse' } } });
  trusts();
  expect(await order('reload')).toMatchObject({ outcome: 'refused', reason: 'bad-configuration' });
  expect(daemon.stderr.join('\n')).toContain('nobody could order anything of this reader any more');
  trusts(first);
  configure({ admission: { accept: { cccd: 'refuse' } }, trust: { issuers: join(kiosk.folder, 'not-there.json') } });
  expect(await order('reload')).toMatchObject({ outcome: 'refused', reason: 'bad-configuration' });
  expect([daemon.process.pid, daemon.process.exitCode]).toEqual([pid, null]);
  expect(await daemon.stop()).toBe(0);
  await eventually('the stop', () => centre.events().filter(({ event }) => event.type === 'gate.stop.v1').length === 2);
  expect(chainFault(centre.events())).toBeUndefined();
  expect(new Set(centre.events().map(({ event }) => event.epoch)).size).toBe(1);
});
