// config/mosquitto.acl and config/mosquitto.conf on a real Mosquitto, with certificates of scripts/certificates: the kiosk does its
// work, and a second kiosk, the centre and the issuer get no further than their lines.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { containing } from '../fakes/like.ts';
import type { Mosquitto } from '../fakes/mosquitto.ts';
import { office, type Office, type Pair } from './certificates-script.ts';
import { journal, mosquitto, run, snapshot } from './running.ts';
import { until } from './until.ts';

const SITE = 'thcs-phung-cong';
const [ONE, TWO] = ['cong-chinh-1', 'cong-phu-1'];
const MINE = `gates/v1/${SITE}/${ONE}`;

function text(name: string): string {
  return readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8');
}

/** The example as it stands, but for its port, its folder and the data that a test does not keep. */
async function broker({ folder }: Office): Promise<Mosquitto> {
  const own = (line: string): boolean => line !== '' && !/^(?:#|listener |persistence|max_queued_messages )/u.test(line);
  const lines = text('mosquitto.conf')
    .split('\n')
    .filter(own)
    .map((line) => line.replace('/etc/mosquitto/gate-reader/mosquitto.acl', '{folder}/mosquitto.acl'))
    .map((line) => line.replace('/etc/mosquitto/gate-reader/', `${folder}/`));
  return await mosquitto({ config: lines, files: { 'mosquitto.acl': text('mosquitto.acl') } });
}

interface Client {
  readonly client: MqttClient;
  /** `TOPIC PAYLOAD` of all that came. */
  readonly heard: readonly string[];
  /** The reason code of a QoS 1 publish. */
  say(topic: string, payload?: string, retain?: boolean): Promise<number>;
}

async function connect(port: number, { caFile }: Office, pair: Pair, clientId?: string): Promise<Client> {
  const client = await connectAsync(`mqtts://127.0.0.1:${port}`, {
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...(clientId !== undefined && { clientId }),
    ca: readFileSync(caFile),
    cert: readFileSync(pair.certFile),
    key: readFileSync(pair.keyFile),
  });
  onTestFinished(() => client.endAsync(true));
  const heard: string[] = [];
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  return {
    client,
    heard,
    async say(topic, payload = '{}', retain = false) {
      const { promise, resolve } = Promise.withResolvers<number>();
      const look = (packet: { cmd: string; messageId?: number | undefined; reasonCode?: number | undefined }): void => {
        if (packet.cmd === 'puback') resolve(packet.reasonCode ?? 0);
      };
      client.on('packetreceive', look);
      client.publish(topic, payload, { qos: 1, retain }, () => undefined);
      const reason = await promise;
      client.off('packetreceive', look);
      return reason;
    },
  };
}

const DENIED = 0x87;
const NO_SUBSCRIBER = 0x10;

describe('the access list', () => {
  test('the kiosk delivers, gets its receipts and the lists of its site, and the centre hears all of it', async () => {
    const made = office();
    made.pair('broker', 'broker', '127.0.0.1');
    const [kiosk, centre, issuer] = [
      made.pair(`readers/${SITE}.${ONE}`, 'reader', SITE, ONE),
      made.pair('centre', 'role', 'centre'),
      made.pair('issuer', 'role', 'issuer'),
    ];
    const { port } = await broker(made);
    const there = await connect(port, made, centre);
    await there.client.subscribeAsync(['gates/v1/#', 'answers/v1/#'], { qos: 1 });
    const signing = await connect(port, made, issuer);
    await signing.say(`lists/v1/${SITE}/roster`, 'of this site', true);
    await signing.say('lists/v1/other-school/roster', 'of another site', true);
    const rows = journal(3);
    const tls = { caFile: made.caFile, ...kiosk };
    const here = run(rows, { broker: `mqtts://127.0.0.1:${port}`, site: SITE, reader: ONE, tls });
    here.uplink.state(snapshot('ready', 3));
    here.uplink.health({});
    const heardOn = (topic: string): string[] => there.heard.filter((line) => line.startsWith(`${MINE}/${topic} `));
    await until('events', () => heardOn('event').length + heardOn('batch').length > 0);
    await until('state and health', () => heardOn('state').length > 0 && heardOn('health').length > 0);
    expect(await there.say(`${MINE}/receipt`, JSON.stringify({ epoch: rows.epoch, sequence: 3 }), true)).toBe(0);
    await until('receipt', () => here.receipts.includes(3));
    await until('list', () => here.lists.length > 0);
    expect(here.lists.map(({ name, jws }) => [name, Buffer.from(jws).toString()])).toEqual([['roster', 'of this site']]);
    expect(here.faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  test('a second kiosk can neither speak as the first nor as centre or issuer: every such message is answered 0x87', async () => {
    const made = office();
    made.pair('broker', 'broker', '127.0.0.1');
    const second = made.pair(`readers/${SITE}.${TWO}`, 'reader', SITE, TWO);
    const { port } = await broker(made);
    const intruder = await connect(port, made, second);
    expect(await intruder.say(`gates/v1/${SITE}/${TWO}/event`)).toBe(NO_SUBSCRIBER);
    const others = ['event', 'batch', 'state', 'health', 'receipt', 'command'].map((stream) => `${MINE}/${stream}`);
    const own = ['receipt', 'command', 'elsewhere'].map((stream) => `gates/v1/${SITE}/${TWO}/${stream}`);
    const rest = [
      `lists/v1/${SITE}/roster`,
      'lists/v1/other/keys',
      `answers/v1/${SITE}/${ONE}/x`,
      'gates/v1',
      '$SYS/broker',
      'a',
    ];
    const answers: [string, number][] = [];
    for (const topic of [...others, ...own, ...rest]) answers.push([topic, await intruder.say(topic)]);
    expect(answers.filter(([, reason]) => reason !== DENIED)).toEqual([]);
    expect(answers).toHaveLength(15);
  });

  test('a second kiosk that subscribes to everything hears its own receipts, commands and lists alone', async () => {
    const made = office();
    made.pair('broker', 'broker', '127.0.0.1');
    const [first, second] = [ONE, TWO].map((reader) => made.pair(`readers/${SITE}.${reader}`, 'reader', SITE, reader));
    if (first === undefined || second === undefined) throw new Error('two kiosks');
    const { port } = await broker(made);
    const intruder = await connect(port, made, second);
    await intruder.client.subscribeAsync(['#', '$SYS/#', `${MINE}/#`, '$share/thieves/gates/v1/#', 'lists/v1/+/+'], { qos: 1 });
    const [kiosk, centre, issuer] = await Promise.all([
      connect(port, made, first),
      connect(port, made, made.pair('centre', 'role', 'centre')),
      connect(port, made, made.pair('issuer', 'role', 'issuer')),
    ]);
    for (const stream of ['event', 'batch', 'state', 'health']) await kiosk.say(`${MINE}/${stream}`);
    await kiosk.say(`answers/v1/${SITE}/${ONE}/x`);
    for (const reader of [ONE, TWO])
      for (const stream of ['receipt', 'command']) await centre.say(`gates/v1/${SITE}/${reader}/${stream}`);
    await issuer.say('lists/v1/other-school/roster');
    // Last, so that all before it would have come by now.
    await issuer.say(`lists/v1/${SITE}/roster`);
    await until('the last message', () => intruder.heard.some((line) => line.startsWith('lists/')));
    expect([...new Set(intruder.heard)].toSorted()).toEqual([
      `gates/v1/${SITE}/${TWO}/command {}`,
      `gates/v1/${SITE}/${TWO}/receipt {}`,
      `lists/v1/${SITE}/roster {}`,
    ]);
  });

  test('the centre makes no events and no lists, the issuer no receipts and no commands', async () => {
    const made = office();
    made.pair('broker', 'broker', '127.0.0.1');
    const [centre, issuer] = [made.pair('centre', 'role', 'centre'), made.pair('issuer', 'role', 'issuer')];
    const { port } = await broker(made);
    const [there, signing] = await Promise.all([connect(port, made, centre), connect(port, made, issuer)]);
    for (const topic of [`${MINE}/event`, `${MINE}/batch`, `${MINE}/state`, `lists/v1/${SITE}/roster`])
      expect(await there.say(topic), topic).toBe(DENIED);
    for (const topic of [`${MINE}/receipt`, `${MINE}/command`, `${MINE}/event`])
      expect(await signing.say(topic), topic).toBe(DENIED);
  });

  test('a kiosk cannot push another off the broker by its client id', async () => {
    const made = office();
    made.pair('broker', 'broker', '127.0.0.1');
    const [first, second] = [ONE, TWO].map((reader) => made.pair(`readers/${SITE}.${reader}`, 'reader', SITE, reader));
    if (first === undefined || second === undefined) throw new Error('two kiosks');
    const { port } = await broker(made);
    const kiosk = await connect(port, made, first, `gate-reader-${SITE}-${ONE}`);
    const intruder = await connect(port, made, second, `gate-reader-${SITE}-${ONE}`);
    expect(await intruder.say(`gates/v1/${SITE}/${TWO}/event`)).toBe(NO_SUBSCRIBER);
    expect(await kiosk.say(`${MINE}/event`)).toBe(NO_SUBSCRIBER);
  });

  test('a kiosk whose certificate is revoked is kept out, and the others are not', async () => {
    const made = office();
    made.pair('broker', 'broker', '127.0.0.1');
    const [stolen, other] = [ONE, TWO].map((reader) => made.pair(`readers/${SITE}.${reader}`, 'reader', SITE, reader));
    if (stolen === undefined || other === undefined) throw new Error('two kiosks');
    expect(made.make('revoke', stolen.certFile)).toMatchObject({ code: 0 });
    const { port } = await broker(made);
    const rows = journal(1);
    const here = run(rows, {
      broker: `mqtts://127.0.0.1:${port}`,
      site: SITE,
      reader: ONE,
      tls: { caFile: made.caFile, ...stolen },
    });
    expect((await until('refusal', () => here.links[0])).connected).toBe(false);
    await connect(port, made, other);
  });
});

describe('scripts/certificates', () => {
  test('private keys are 0600, nothing is overwritten, and what is no name is refused with the reason', () => {
    const made = office();
    const { keyFile } = made.pair('readers/s.r', 'reader', 's', 'r');
    const before = readFileSync(keyFile, 'utf8');
    expect([statSync(keyFile).mode & 0o777, statSync(`${made.folder}/ca.key`).mode & 0o777]).toEqual([0o600, 0o600]);
    expect(made.make('reader', 's', 'r')).toMatchObject({ code: 1, said: containing('is there already') });
    expect(made.make('authority', 'Another')).toMatchObject({
      code: 1,
      said: containing('has an authority already'),
    });
    expect(readFileSync(keyFile, 'utf8')).toBe(before);
    for (const name of ['+', '#', 'a/b', 'Ab', '', 'a b', 'x'.repeat(41), '$(touch x)', 'a\nCN=centre'])
      expect(made.make('reader', 'school', name), name).toMatchObject({ code: 1 });
    expect(made.make('reader', 's'.repeat(40), 'r'.repeat(24))).toMatchObject({
      code: 1,
      said: containing('has 65 characters, wanted at most 64'),
    });
    expect(made.make('role', 'admin')).toMatchObject({ code: 2 });
    expect(existsSync(`${made.folder}/readers/school..key`)).toBe(false);
  });
});
