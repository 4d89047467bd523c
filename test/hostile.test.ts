// The whole daemon at a broker that was taken over: a pty as scanner, a real journal, and whatever a broker can send. People pass as
// before; what is not proven changes nothing and is in the journal; what is proven works once.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { publicJwk } from '../src/system/secrets.ts';
import { signJws } from '../src/system/jws.ts';
import { commander } from './fakes/command.ts';
import { startDaemon } from './fakes/daemon.ts';
import { eventually } from './fakes/eventually.ts';
import { newKey } from './fakes/issuer.ts';
import { makeKiosk, READER, SITE } from './fakes/kiosk.ts';
import { cardOf } from './fakes/people.ts';
import { rowsOf } from './fakes/record.ts';
import { startHostileBroker } from './uplink/hostile-broker.ts';
import { packetOf, publishPacket } from './uplink/packets.ts';

const BASE = `gates/v1/${SITE}/${READER}`;
const text = (value: string) => Buffer.concat([Buffer.of(value.length >> 8, value.length & 0xff), Buffer.from(value)]);

/** A command's PUBLISH with QoS 0 that wants an answer. */
function commandPacket(payload: string | Buffer, { retain = false, reply = `answers/v1/${SITE}/${READER}/1` } = {}): Buffer {
  const properties = Buffer.concat([Buffer.of(0x08), text(reply), Buffer.of(0x09), text('who asked')]);
  return packetOf(
    retain ? 0x31 : 0x30,
    Buffer.concat([text(`${BASE}/command`), Buffer.of(properties.length), properties, Buffer.from(payload)]),
  );
}

function memoryMb(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function openDaemon() {
  const broker = await startHostileBroker();
  onTestFinished(() => broker.close());
  const key = newKey();
  const kiosk = makeKiosk({ broker: broker.url, settings: { trust: { issuers: '/dev/null' } } });
  onTestFinished(() => kiosk.remove());
  const issuers = join(kiosk.folder, 'trust.json');
  writeFileSync(issuers, JSON.stringify({ keys: [publicJwk(key)] }));
  writeFileSync(kiosk.configuration, readFileSync(kiosk.configuration, 'utf8').replace('/dev/null', issuers));
  const daemon = kiosk.start();
  await daemon.ready();
  await eventually('its subscriptions', () => broker.subscribed);
  const events = () =>
    rowsOf(join(kiosk.data, 'journal.db')).map(
      ({ body }) => JSON.parse(body.toString()) as { type: string; epoch: string; data: Record<string, unknown> },
    );
  return {
    broker,
    kiosk,
    daemon,
    key,
    events,
    /** `open refused replayed` */
    commands: () =>
      events().flatMap(({ type, data: { command, outcome, reason } }) =>
        type === 'gate.command.v1' ? [[command, outcome, reason].join(' ')] : [],
      ),
    lists: () =>
      events().flatMap(({ type, data }) =>
        type === 'gate.list.v1' ? [`${data['outcome'] as string} ${data['version'] as string}`] : [],
      ),
    answers: () =>
      broker.published
        .filter(({ topic }) => topic.startsWith('answers/'))
        .map(({ payload }) => JSON.parse(payload.toString()) as Record<string, unknown>),
    state: () =>
      JSON.parse(broker.published.findLast(({ topic }) => topic === `${BASE}/state`)?.payload.toString() ?? '{}') as object,
    scan: async (index: number) => {
      const before = daemon.feedback().length;
      await kiosk.scanner.write(`${cardOf(index)}\r`);
      return await eventually('the answer', () => daemon.feedback()[before]);
    },
  };
}

test('forged, replayed, expired, retained and misdirected commands do nothing; the true one works once', {
  timeout: 60_000,
}, async () => {
  const { broker, daemon, key, commands, answers, state, scan } = await openDaemon();
  const { sign, claims } = commander(`/gates/${SITE}/${READER}`, () => Date.now(), key);
  const now = Math.floor(Date.now() / 1000);
  const lock = sign('lock', { counter: 10 });
  const refusals: readonly (readonly [string, Buffer])[] = [
    ['unknown refused unsigned', commandPacket(JSON.stringify(claims('open')))],
    ['unknown refused unknown-issuer', commandPacket(sign('open', { key: newKey() }))],
    ['unknown refused bad-signature', commandPacket(`${lock.slice(0, -4)}AAAA`)],
    ['unknown refused retained', commandPacket(lock, { retain: true })],
    ['unknown refused too-large', commandPacket(Buffer.alloc(5 * 1024 * 1024, 0x41))],
    ['open refused wrong-reader', commandPacket(sign('open', { aud: `/gates/${SITE}/other`, counter: 99 }))],
    ['open refused expired', commandPacket(sign('open', { counter: 1, nbf: now - 600, exp: now - 1 }))],
    ['open refused not-yet-valid', commandPacket(sign('open', { counter: 2, nbf: now + 600, exp: now + 660 }))],
  ];
  for (const [told, packet] of refusals) {
    await broker.send(packet);
    await eventually(told, () => commands().at(-1) === told, { detail: () => commands().join('\n') });
  }
  expect(await scan(1)).toBe('granted recorded in cccd ******000001');
  await broker.send(commandPacket(lock), commandPacket(lock), commandPacket(sign('unlock', { counter: 9 })));
  await eventually('all three', () => commands().length === refusals.length + 3);
  expect(commands()).toEqual([
    ...refusals.map(([told]) => told),
    'lock done ok',
    'lock refused replayed',
    'unlock refused replayed',
  ]);
  await eventually('an answer to each', () => answers().length === commands().length);
  expect(answers().map(({ command, outcome, reason }) => [command, outcome, reason].join(' '))).toEqual(commands());
  expect(await scan(2)).toBe('denied blocked - cccd ******000002');
  await eventually('the state', () => (state() as { mode?: string }).mode === 'locked');
  expect(state()).toMatchObject({ state: 'degraded', faults: [{ part: 'lock' }] });
  expect(await daemon.stop()).toBe(0);
});

test('no answer goes where it would mean something', { timeout: 60_000 }, async () => {
  const { broker, daemon, key, commands } = await openDaemon();
  const { sign } = commander(`/gates/${SITE}/${READER}`, () => Date.now(), key);
  const topics = [
    `${BASE}/receipt`,
    'gates/v1/other/other/command',
    `lists/v1/${SITE}/roster`,
    '$SYS/x',
    'a/+/b',
    'a/#',
    'x'.repeat(300),
  ];
  for (const reply of topics) await broker.send(commandPacket(sign('identify'), { reply }));
  await broker.send(commandPacket(sign('identify')));
  await eventually('all of them', () => commands().length === topics.length + 1);
  await eventually('one answer', () => broker.published.some(({ topic }) => topic.startsWith('answers/')));
  const own = new Set(['state', 'health', 'event', 'batch'].map((name) => `${BASE}/${name}`));
  expect(broker.published.filter(({ topic }) => !own.has(topic))).toHaveLength(1);
  expect(await daemon.stop()).toBe(0);
});

test('older lists, receipts from the future, and a flood: people pass meanwhile, and the record is whole', {
  timeout: 90_000,
}, async () => {
  const { broker, daemon, kiosk, key, events, commands, lists, scan } = await openDaemon();
  const { sign } = commander(`/gates/${SITE}/${READER}`, () => Date.now(), key);
  const times = {
    issued: new Date(Date.now() - 3_600_000).toISOString(),
    expires: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const roster = (version: number) =>
    publishPacket(
      `lists/v1/${SITE}/roster`,
      Buffer.from(signJws(JSON.stringify({ list: 'roster', site: SITE, version, ...times, entries: [] }), key)),
    );
  await broker.send(roster(5), roster(4));
  await eventually('both lists', () => lists().length === 2);
  expect(lists()).toEqual(['done 5', 'refused 4']);
  // Nonsense by the dozen in a list's place: it fills neither the journal nor the log, and the list holds.
  await broker.send(
    ...Array.from({ length: 40 }, (_, at) => publishPacket(`lists/v1/${SITE}/policy`, Buffer.from(`nonsense ${at}`))),
  );
  await eventually('ten refusals', () => lists().length === 11);
  const epoch = events()[0]?.epoch ?? '';
  for (const sequence of [9_999, -1, 'all', 1.5]) {
    await broker.send(publishPacket(`${BASE}/receipt`, Buffer.from(JSON.stringify({ epoch, sequence, resend: [[1, 1e9]] }))));
  }

  const before = memoryMb(daemon.process.pid);
  const noise = Buffer.concat(
    Array.from({ length: 500 }, (_, at) =>
      publishPacket(at % 2 === 0 ? `${BASE}/command` : `${BASE}/receipt`, Buffer.alloc(300, at)),
    ),
  );
  const enough = new AbortController();
  let sent = 0;
  const began = performance.now();
  const flood = (async () => {
    for (; !enough.signal.aborted; sent += 500) await broker.send(noise);
  })();
  const waits: number[] = [];
  for (let index = 1; index <= 20; index += 1) {
    const from = performance.now();
    expect(await scan(index)).toContain('granted recorded');
    waits.push(performance.now() - from);
  }
  // How many a second is the machine's affair; so many came while people passed, and after.
  await eventually('a flood', () => performance.now() - began > 3_000 && sent > 30_000, { deadlineMs: 60_000 });
  enough.abort();
  await flood;
  expect(Math.max(...waits)).toBeLessThan(10_000);
  expect(memoryMb(daemon.process.pid) - before).toBeLessThan(60);

  await eventually('room for a command', async () => {
    await broker.send(commandPacket(sign('identify')));
    return commands().includes('identify done ok');
  });
  expect(commands().filter((told) => told === 'unknown refused malformed')).toHaveLength(10);
  expect(await daemon.stop()).toBe(0);
  expect(commands().at(-1)).toBe('unknown refused too-many');
  expect(events().filter(({ type }) => type === 'gate.scan.v1')).toHaveLength(20);
  expect(daemon.stderr.filter((line) => line.includes('was refused; the one before stays')).length).toBeLessThanOrEqual(10);
  expect(daemon.stderr.join('\n')).toContain('more signed lists were refused');
  const verify = startDaemon(['journal', 'verify', '--data', kiosk.data, '--json']);
  expect(await verify.exited()).toBe(0);
});
