// The daemon's own composition with buttons and contacts: a pty as scanner, a real broker and a centre; the inputs alone are
// fakes. What they say is in the journal in order, told to the centre, and as config/asyncapi.yaml describes it.

import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';

import { loadConfiguration } from '../../src/config/load.ts';
import { patternsOf } from '../../src/config/patterns.ts';
import type { Role } from '../../src/entrance/part.ts';
import { openLists } from '../../src/lists/lists.ts';
import { type DaemonOptions, startDaemon } from '../../src/main.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pseudonyms, readerKey, siteKey } from '../../src/system/secrets.ts';
import type { Close } from '../../src/system/shutdown.ts';
import { NO_TRUST } from '../../src/trust/none.ts';
import { Centre, chainFault } from '../fakes/centre.ts';
import { eventually } from '../fakes/eventually.ts';
import { FakeInput } from '../fakes/input.ts';
import { makeKiosk, READER, SITE } from '../fakes/kiosk.ts';
import { startMosquitto } from '../fakes/mosquitto.ts';
import { cardOf } from '../fakes/people.ts';

const ROLES = {
  exit: { role: 'exit-request' },
  'go-out': { role: 'direction', direction: 'out', holdSeconds: 30 },
  door: { role: 'door', heldOpenSeconds: 30 },
  cabinet: { role: 'tamper' },
  turn: { role: 'turn', withinSeconds: 2 },
} as const satisfies Readonly<Record<string, Role>>;

const document = parse(readFileSync(new URL('../../config/asyncapi.yaml', import.meta.url), 'utf8'), {
  maxAliasCount: 100,
}) as object;
const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true })).addSchema(document, 'asyncapi');
const isEvent = ajv.compile({ $ref: 'asyncapi#/components/schemas/event' });

/** The daemon on a kiosk's folder, with these inputs; closed with the test, or by `stop`. */
async function runDaemon(kiosk: ReturnType<typeof makeKiosk>) {
  const loaded = loadConfiguration({ file: kiosk.configuration, environment: {} });
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join('\n'));
  const { configuration } = loaded;
  const clock = systemClock(configuration.timezone);
  const ids = Object.keys(ROLES) as (keyof typeof ROLES)[];
  const inputs = Object.fromEntries(ids.map((id) => [id, new FakeInput(id, clock)])) as Record<keyof typeof ROLES, FakeInput>;
  const abort = new AbortController();
  const closers: Close[] = [];
  const parts: string[] = [];
  const output = new PassThrough().setEncoding('utf8');
  const data = kiosk.folder;
  const options: DaemonOptions = {
    configuration,
    dataFolder: data,
    readerKey: readerKey(data),
    pseudonyms: pseudonyms(siteKey({ dataFolder: data })),
    clock,
    trust: NO_TRUST,
    openLists: (hooks) =>
      openLists(
        { dataFolder: data, site: SITE, now: () => clock.read().wallMs, issuers: () => [], roots: () => [] },
        { ...hooks, keys: () => {} },
      ),
    openInputs: () => ids.map((id) => ({ input: inputs[id], role: ROLES[id] })),
    patterns: patternsOf(undefined),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    signal: abort.signal,
    onClose: (part, close) => {
      parts.push(part);
      closers.push(close);
    },
    output,
    colour: false,
  };
  const found = Promise.all(ids.map((id) => inputs[id].found(false)));
  await startDaemon(options);
  await found;
  const stop = async () => {
    abort.abort();
    for (const close of closers.splice(0).toReversed()) await close(2_000);
  };
  onTestFinished(stop);
  return { inputs, stop, closing: parts.toReversed(), printed: () => String(output.read() ?? '') };
}

/** `gate.door.v1` with state `forced` is `door forced`. */
function wordOf({ type, data }: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }): string {
  const [, name] = type.split('.');
  const word = data['outcome'] ?? data['state'] ?? data['direction'];
  return typeof word === 'string' ? `${name} ${word}` : `${name}`;
}

const RUN = new Set(['gate.start.v1', 'gate.stop.v1', 'gate.clock.v1', 'gate.seal.v1']);

test('a morning at the gate: every button and contact in the order in which it happened', { timeout: 60_000 }, async () => {
  const mosquitto = await startMosquitto();
  onTestFinished(() => mosquitto.kill());
  const centre = await Centre.connect(mosquitto.url, { site: SITE, reader: READER, receipts: true });
  onTestFinished(() => centre.close());
  const kiosk = makeKiosk({ broker: mosquitto.url });
  onTestFinished(() => kiosk.remove());
  const { inputs, stop, printed } = await runDaemon(kiosk);
  const told = () => centre.events().map(({ event }) => event);
  const words = () => told().flatMap((event) => (RUN.has(event.type) ? [] : [wordOf(event)]));
  const heard = (count: number) =>
    eventually(`${count} events`, () => words().length >= count, { detail: () => words().join('\n') });

  await kiosk.scanner.write(`${cardOf(1)}\r`);
  await heard(2);
  await inputs['go-out'].press();
  await kiosk.scanner.write(`${cardOf(1)}\r`);
  await heard(3);
  await inputs.turn.press();
  await heard(4);
  await inputs.exit.press();
  await inputs.door.press();
  await inputs.turn.press();
  await heard(6);
  await inputs.cabinet.set(true);
  await eventually('the degraded state', () => centre.latest('state')?.['state'] === 'degraded');
  expect(centre.latest('state')).toMatchObject({ faults: [{ part: 'tamper:cabinet' }] });
  await inputs.cabinet.set(false);
  await inputs.turn.press();
  await heard(9);
  await stop();
  await eventually('the stop', () => told().some(({ type }) => type === 'gate.stop.v1'));

  expect(words()).toEqual([
    'scan in',
    'passage annulled',
    'scan out',
    'passage passed',
    'exit-request',
    'passage passed',
    'tamper opened',
    'tamper closed',
    'passage unauthorised',
  ]);
  expect(told().flatMap((event) => (isEvent(event) ? [] : [`${wordOf(event)}: ${ajv.errorsText(isEvent.errors)}`]))).toEqual([]);
  expect(chainFault(centre.events())).toBeUndefined();
  expect(centre.latest('state')).toMatchObject({ state: 'stopped', faults: [] });
  // An exit, an alarm: nobody's verdict, and no line in a pipe.
  expect(printed()).toBe('granted recorded in cccd ******000001\ngranted recorded out cccd ******000001\n');
});

test('a door that nobody opened it for, and somebody awaited when the daemon stops', { timeout: 60_000 }, async () => {
  const mosquitto = await startMosquitto();
  onTestFinished(() => mosquitto.kill());
  const centre = await Centre.connect(mosquitto.url, { site: SITE, reader: READER, receipts: true });
  onTestFinished(() => centre.close());
  const kiosk = makeKiosk({ broker: mosquitto.url });
  onTestFinished(() => kiosk.remove());
  const { inputs, stop, closing } = await runDaemon(kiosk);
  // What is awaited is given up before the last event, so that nothing comes after it.
  expect(closing.indexOf('entrance')).toBeLessThan(closing.indexOf('stop event'));
  expect(closing).toContain('entrance');
  await inputs.door.press();
  await inputs.exit.press();
  await stop();
  await eventually('the stop', () => centre.events().some(({ event }) => event.type === 'gate.stop.v1'));
  const told = centre.events().map(({ event }) => event);
  expect(told.flatMap((event) => (RUN.has(event.type) ? [] : [wordOf(event)]))).toEqual([
    'door forced',
    'door closed',
    'exit-request',
  ]);
  expect(told.every((event) => isEvent(event))).toBe(true);
});
