// Signed lists and the whole daemon: from the folder and over a real Mosquitto, into events, health and the journal.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { Centre } from '../fakes/centre.ts';
import { temporaryFolder } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';
import { makeKiosk, READER, SITE } from '../fakes/kiosk.ts';
import { startMosquitto } from '../fakes/mosquitto.ts';
import { frame, makeIssuer, pupils, refOf } from './issuer.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const HOUR_MS = 3_600_000;

/** The daemon's clock is the machine's. */
function times(): object {
  const now = Date.now();
  return { site: SITE, issued: new Date(now - HOUR_MS).toISOString(), expires: new Date(now + HOUR_MS).toISOString() };
}

describe('the daemon', () => {
  test('takes lists from the folder before it is ready, then from the broker, and tells of each', async () => {
    const broker = await startMosquitto({ config: ['allow_anonymous true', 'message_size_limit 0'] });
    cleanups.push(() => broker.kill());
    const place = temporaryFolder();
    cleanups.push(place.remove);
    const [issuer, next] = [await makeIssuer(), await makeIssuer()];
    const lists = join(place.path, 'lists');
    mkdirSync(lists);
    const issuers = join(place.path, 'trust.json');
    writeFileSync(issuers, JSON.stringify({ keys: [issuer.jwk] }));
    writeFileSync(join(lists, 'keys.jws'), await issuer.list('keys', 1, [next.jwk], times()));
    const kiosk = makeKiosk({ broker: broker.url, settings: { trust: { issuers, lists } } });
    cleanups.push(() => kiosk.remove());
    const centre = await Centre.connect(broker.url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    const publish = async (list: string, jws: string) =>
      await centre.client.publishAsync(`lists/v1/${SITE}/${list}`, jws, { qos: 1, retain: true });
    await publish('roster', await next.sign(frame('roster', 5, pupils(2_000), times())));

    const daemon = kiosk.start();
    await daemon.ready();
    const told = () =>
      centre
        .events()
        .filter(({ event }) => event.type === 'gate.list.v1')
        .map(({ event: { data } }) => [data['list'], data['version'], data['outcome'], data['reason']]);
    await eventually('the first two', () => told().length === 2);
    expect(centre.events()[0]?.event.type).toBe('gate.start.v1');
    expect(told()).toEqual([
      ['keys', 1, 'done', undefined],
      ['roster', 5, 'done', undefined],
    ]);
    await publish('roster', await next.sign(frame('roster', 4, [], times())));
    await publish('revoked', await next.sign(frame('revoked', 1, [{ ref: refOf(1) }], times())));
    await publish('policy', JSON.stringify(frame('policy', 1, [], times())));
    await eventually('the other three', () => told().length === 5);
    expect(told().slice(2)).toEqual([
      ['roster', 4, 'refused', 'not-newer'],
      ['revoked', 1, 'done', undefined],
      ['policy', undefined, 'refused', 'unsigned'],
    ]);
    expect(await daemon.stop()).toBe(0);

    const again = kiosk.start();
    await again.ready();
    await eventually('health', () => JSON.stringify(centre.latest('health')?.['lists']).includes('revoked'));
    const age = expect.any(Number) as number;
    expect(centre.latest('health')?.['lists']).toEqual({
      roster: { version: 5, ageSeconds: age },
      revoked: { version: 1, ageSeconds: age },
      keys: { version: 1, ageSeconds: age },
    });
    expect(await again.stop()).toBe(0);
    expect([...daemon.stderr, ...again.stderr].filter((line) => line.includes('T** M**'))).toEqual([]);
  });

  test('tells once of a list of 30 MB, however often the broker delivers it, and keeps the one before', async () => {
    const broker = await startMosquitto({ config: ['allow_anonymous true', 'message_size_limit 0'] });
    cleanups.push(() => broker.kill());
    const place = temporaryFolder();
    cleanups.push(place.remove);
    const issuer = await makeIssuer();
    const issuers = join(place.path, 'trust.json');
    writeFileSync(issuers, JSON.stringify({ keys: [issuer.jwk] }));
    const kiosk = makeKiosk({ broker: broker.url, settings: { trust: { issuers } } });
    cleanups.push(() => kiosk.remove());
    const centre = await Centre.connect(broker.url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    const publish = async (list: string, jws: string | Buffer) =>
      await centre.client.publishAsync(`lists/v1/${SITE}/${list}`, jws, { qos: 1, retain: true });
    await publish('roster', await issuer.sign(frame('roster', 5, pupils(1), times())));
    const daemon = kiosk.start();
    await daemon.ready();
    const told = () =>
      centre
        .events()
        .filter(({ event }) => event.type === 'gate.list.v1')
        .map(({ event: { data } }) => [data['list'], data['version'], data['outcome'], data['reason']]);
    await eventually('the roster', () => told().length === 1);
    const large = Buffer.alloc(30 * 1024 * 1024);
    await publish('roster', large);
    await publish('roster', large);
    await publish('revoked', await issuer.sign(frame('revoked', 1, [], times())));
    await eventually('the last one', () => told().length === 3);
    expect(told()).toEqual([
      ['roster', 5, 'done', undefined],
      ['roster', undefined, 'refused', 'too-large'],
      ['revoked', 1, 'done', undefined],
    ]);
    expect(await daemon.stop()).toBe(0);
  });

  test('whose issuers cannot be used does not start: exit 78 and what to do', async () => {
    const place = temporaryFolder();
    cleanups.push(place.remove);
    const issuers = join(place.path, 'trust.json');
    writeFileSync(issuers, '{"keys": "none"}');
    const kiosk = makeKiosk({ settings: { trust: { issuers } } });
    cleanups.push(() => kiosk.remove());
    const daemon = kiosk.start();
    expect(await daemon.exited()).toBe(78);
    expect(daemon.stderr.join('\n')).toContain('trust.json');
  });
});
