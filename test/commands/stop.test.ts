// SIGTERM while the uplink is connecting, and the other end hangs: the daemon ends in time and well, and nothing is lost.

import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Centre, chainFault } from '../fakes/centre.ts';
import { startDaemon } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';
import { makeKiosk, READER, SITE } from '../fakes/kiosk.ts';
import { startMosquitto } from '../fakes/mosquitto.ts';
import { cardOf } from '../fakes/people.ts';
import { fullBacklog, noNameServer, type Silence, silentNameServer, silentServer } from '../fakes/silence.ts';

/** A kiosk whose broker is there by name only: scanned at, stopped while it waits, and its exit code. */
async function stoppedWhileWaiting(silence: Silence, scheme: 'mqtt' | 'mqtts') {
  onTestFinished(() => silence.close());
  const kiosk = makeKiosk({ broker: `${scheme}://${silence.host}:${silence.port}`, receipts: 'required' });
  onTestFinished(() => kiosk.remove());
  const words = ['run', '--config', kiosk.configuration, '--data', kiosk.data];
  const daemon = startDaemon(words, {}, silence.through);
  onTestFinished(() => void daemon.process.kill('SIGKILL'));
  await daemon.ready();
  await kiosk.scanner.write(`${cardOf(1)}\r`);
  await eventually('the answer', () => daemon.feedback().length === 1);
  await eventually('somebody who waits', () => silence.waitedFor());
  const code = await Promise.race([daemon.stop(), eventually('the end', () => daemon.process.exitCode ?? false)]);
  return { code, kiosk, said: daemon.stderr.join('\n') };
}

function typesIn(folder: string): string[] {
  const journal = new Database(join(folder, 'journal.db'), { readonly: true });
  const bodies = journal.prepare<[], string>('SELECT CAST(body AS TEXT) FROM event ORDER BY sequence').pluck().all();
  journal.close();
  return bodies.map((body) => (JSON.parse(body) as { type: string }).type);
}

describe.each<[string, () => Promise<Silence>, 'mqtt' | 'mqtts', string | undefined]>([
  ['a SYN that nobody answers', fullBacklog, 'mqtt', undefined],
  ['a TLS handshake', silentServer, 'mqtts', undefined],
  ['a CONNACK', silentServer, 'mqtt', undefined],
  ['a name server', silentNameServer, 'mqtt', noNameServer()],
  ['a name server, for TLS', silentNameServer, 'mqtts', noNameServer()],
])('stopped while it waits for %s', (_what, silence, scheme, because) => {
  test.skipIf(because !== undefined)('the daemon ends with 0, its journal whole and sealed', async () => {
    // Past the two seconds of the deadline the exit code would be 1.
    const { code, kiosk, said } = await stoppedWhileWaiting(await silence(), scheme);
    expect([code, said]).toEqual([0, expect.stringContaining('"stopped"')]);
    const types = typesIn(kiosk.data);
    expect(types.filter((type) => type === 'gate.scan.v1')).toHaveLength(1);
    expect(types.slice(-2)).toEqual(['gate.stop.v1', 'gate.seal.v1']);
  });
});

test('what was not sent by a daemon that was stopped while it connected is sent by the next', async () => {
  const { code, kiosk } = await stoppedWhileWaiting(await silentServer(), 'mqtt');
  expect(code).toBe(0);
  const broker = await startMosquitto();
  onTestFinished(() => broker.kill());
  const centre = await Centre.connect(broker.url, { site: SITE, reader: READER, receipts: true });
  onTestFinished(() => centre.close());
  const before = typesIn(kiosk.data);
  const next = kiosk.start({ GATE_READER__UPLINK__BROKER: broker.url });
  await next.ready();
  await eventually('everything', () => centre.events().length > before.length);
  expect(await next.stop()).toBe(0);
  expect(centre.events().map(({ event }) => event.type)).toEqual(expect.arrayContaining(before));
  expect(chainFault(centre.events())).toBeUndefined();
});
