// config/asyncapi.yaml: a valid AsyncAPI document, and true of what the running program sends.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { Centre } from './fakes/centre.ts';
import { eventually } from './fakes/eventually.ts';
import { makeKiosk, READER, SITE } from './fakes/kiosk.ts';
import { startMosquitto } from './fakes/mosquitto.ts';
import { cardOf } from './fakes/people.ts';

const document = parse(readFileSync(new URL('../config/asyncapi.yaml', import.meta.url), 'utf8'), { maxAliasCount: 100 }) as {
  readonly channels: Readonly<Record<string, { readonly address: string | null }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly contentType: string; readonly payload: object }>>;
  };
};
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function payloadCheck(name: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'asyncapi');
  return (payload: string): string[] => {
    const valid =
      ajv.getSchema(`asyncapi#/components/messages/${name}/payload`) ??
      ajv.compile({ $ref: `asyncapi#/components/messages/${name}/payload` });
    return valid(JSON.parse(payload))
      ? []
      : (valid.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}: ${payload.slice(0, 300)}`);
  };
}

describe('config/asyncapi.yaml', () => {
  test('is valid by the AsyncAPI 3.0.0 specification', () => {
    const schema: unknown = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json'), 'utf8'),
    );
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const valid = ajv.compile(schema as object);
    expect(valid(document), JSON.stringify(valid.errors?.slice(0, 5))).toBe(true);
  });

  test('describes every message a running reader sends: topic, content type, payload', async () => {
    const mosquitto = await startMosquitto();
    cleanups.push(() => mosquitto.kill());
    const kiosk = makeKiosk({ broker: mosquitto.url });
    cleanups.push(() => kiosk.remove());
    const early = kiosk.start();
    await early.ready();
    await kiosk.scanner.write(`${cardOf(1)}\r${cardOf(2).slice(0, 30)}\rxyz\r`);
    await eventually('three answers', () => early.feedback().length === 3);
    kiosk.scanner.close();
    await eventually('the loss', () => early.stderr.some((line) => line.includes('scanner:main')));
    expect(await early.stop()).toBe(0);

    const centre = await Centre.connect(mosquitto.url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    kiosk.plug();
    const daemon = kiosk.start();
    await daemon.ready();
    await eventually('the ready state', () => centre.latest('state')?.['state'] === 'ready');
    await kiosk.scanner.write(`${cardOf(3)}\r`);
    await eventually('a live event', () => centre.deliveries.some(({ topic }) => topic === 'event'));
    expect(await daemon.stop()).toBe(0);
    await eventually('the last state', () => centre.latest('state')?.['state'] === 'stopped');

    const names = Object.entries(document.channels).map(
      ([name, { address }]) => [(address ?? '').replace('{site}', SITE).replace('{reader}', READER), name] as const,
    );
    const faults = centre.messages.flatMap(({ topic, payload, packet }) => {
      const name = new Map(names).get(topic);
      if (name === undefined) return [`no channel for ${topic}`];
      const wanted = name === 'receipt' ? undefined : document.components.messages[name]?.contentType;
      const told = packet.properties?.contentType;
      return [
        ...(wanted === undefined || told === wanted ? [] : [`${name}: content type ${told}`]),
        ...payloadCheck(name)(payload),
      ];
    });
    expect(faults).toEqual([]);
    const seen = new Set(centre.messages.map(({ topic }) => topic.split('/').at(-1)));
    expect(seen).toEqual(new Set(['batch', 'event', 'health', 'receipt', 'state']));
    expect(new Set(centre.events().map(({ event }) => event.type))).toEqual(
      new Set(['gate.start.v1', 'gate.scan.v1', 'gate.fault.v1', 'gate.stop.v1', 'gate.seal.v1']),
    );
  });
});
