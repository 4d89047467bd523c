// Commands on their way in and answers on their way out, through real brokers: Mosquitto, and the embedded one.
import type { IPublishPacket } from 'mqtt';
import { expect, test } from 'vitest';
import { base, upTo } from './centre.ts';
import { centre, journal, mosquitto, run } from './running.ts';
import { until } from './until.ts';

const properties = { responseTopic: 'answers/v1/demo/demo/1', correlationData: Buffer.from([0, 1, 0xff]) };

test.each(['Mosquitto', 'the embedded broker'])(
  '%s: a command comes with what its answer needs, and whether it was retained',
  async (kind) => {
    const broker = kind === 'Mosquitto' ? await mosquitto() : undefined;
    const here = run(journal(), broker ? { broker: broker.url } : {});
    const url = broker?.url ?? `mqtt://127.0.0.1:${await until('a port', () => here.ports[0])}`;
    const there = await centre(url, ['answers/v1/#']);
    await until('connected', () => here.links.at(-1)?.connected);
    await there.client.publishAsync(`${base}/command`, 'first', { qos: 1, properties });
    await there.client.publishAsync(`${base}/command`, 'second', { qos: 1, retain: true });
    await until('both', () => here.commands.length === 2);
    expect(here.commands.map(({ jws, retained }) => [Buffer.from(jws ?? []).toString(), retained])).toEqual([
      ['first', false],
      ['second', true],
    ]);
    const answers: IPublishPacket[] = [];
    there.client.on('message', (_topic, _payload, packet) => answers.push(packet));
    const { reply } = here.commands[0] ?? {};
    if (!reply) throw new Error('no reply');
    here.uplink.answer(reply, { id: 'x', command: 'open', outcome: 'done', reason: 'ok' });
    await until('the answer', () => answers.length === 1);
    expect(answers[0]).toMatchObject({ topic: properties.responseTopic, qos: 1, retain: false });
    expect(answers[0]?.payload.toString()).toBe('{"id":"x","command":"open","outcome":"done","reason":"ok"}');
    expect(answers[0]?.properties?.correlationData?.equals(properties.correlationData)).toBe(true);
    expect(here.faults.filter((fault) => fault !== undefined)).toEqual([]);
  },
);

test('resend sends the events once more as far as they exist, and nobody who waits for an answer is a fault of events', async () => {
  const broker = await mosquitto();
  const there = await centre(broker.url);
  const rows = journal(300);
  rows.prune(10);
  const here = run(rows, { broker: broker.url });
  await until('the rows', () => there.sequences().length === 290);
  here.uplink.resend({ from: 1, to: 12 });
  here.uplink.resend({ from: 299, to: 9_999 });
  await until('the rows again', () => there.sequences().length === 294);
  expect(there.sequences()).toEqual([...upTo(300, 11), 11, 12, 299, 300]);
  // Nobody subscribes there: Mosquitto says 0x10.
  here.uplink.answer({ topic: 'nobody/here' }, { command: 'open', outcome: 'refused', reason: 'expired' });
  here.uplink.appended(rows.append(1));
  await until('the next row', () => there.sequences().at(-1) === 301);
  await until('cursor', () => here.cursors.at(-1)?.sent === 301);
  expect([here.faults, here.links.length]).toEqual([[], 1]);
  expect(here.reports.map(({ code }) => code)).toEqual(['resend-ordered', 'resend-ordered']);
});
