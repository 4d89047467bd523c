// `simulate` on a real Mosquitto: a centre that trusts nothing finds every reader's events whole, and nothing is left behind.

import mqtt from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chainFault, type ReceivedEvent } from '../fakes/centre.ts';
import { eventually } from '../fakes/eventually.ts';
import { type Mosquitto, startMosquitto } from '../fakes/mosquitto.ts';
import { startMqttProxy } from '../fakes/mqtt-proxy.ts';
import { runProgram, startProgram } from './program.ts';

interface Figures {
  readonly events: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly unacknowledged: number;
  readonly receipted: number;
  readonly connections: number;
  readonly lost: number;
  readonly p99Ms: number;
}

const figuresIn = (stdout: string): Figures => JSON.parse(stdout) as Figures;

async function broker(port?: number): Promise<Mosquitto> {
  const started = await startMosquitto(port === undefined ? {} : { port });
  onTestFinished(() => started.kill());
  return started;
}

/** Keeps the events of each reader by their source, without those that came twice; sends receipts. */
async function centreOf(url: string, receipts = true) {
  const client = await mqtt.connectAsync(url, { protocolVersion: 5, clientId: 'centre', reconnectPeriod: 100 });
  onTestFinished(() => client.endAsync(true).then(() => undefined));
  const readers = new Map<string, ReceivedEvent[]>();
  const states = new Map<string, string>();
  client.on('message', (topic, payload) => {
    const [base, kind] = [topic.slice(0, topic.lastIndexOf('/')), topic.slice(topic.lastIndexOf('/') + 1)];
    if (kind === 'state') states.set(base, payload.toString());
    if (kind !== 'event') return;
    const bytes = payload.toString();
    const event = JSON.parse(bytes) as ReceivedEvent['event'];
    const known = readers.get(event.source) ?? [];
    if (Number(event.sequence) <= known.length) return;
    readers.set(event.source, [...known, { bytes, topic: 'event', event }]);
    if (receipts)
      client.publish(`${base}/receipt`, JSON.stringify({ epoch: event.epoch, sequence: Number(event.sequence) }), { qos: 1 });
  });
  await client.subscribeAsync(['gates/v1/+/+/event', 'gates/v1/+/+/state'], { qos: 1 });
  return { client, readers, states };
}

describe('simulate', () => {
  test('fifty readers: every event arrives, chained and in order, people do not exist, nothing is retained', {
    timeout: 60_000,
  }, async () => {
    const { url } = await broker();
    const { client, readers, states } = await centreOf(url);
    const ended = await runProgram(['simulate', '--broker', url, '--readers', '50', '--rate', '200', '--seconds', '3', '--json']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('SIMULATION: 50 readers that do not exist');
    const figures = figuresIn(ended.stdout);
    expect(figures).toMatchObject({ unacknowledged: 0, lost: 0, connections: 50, refused: 0, forgotten: 0 });
    expect(figures.events).toBeGreaterThanOrEqual(600);
    expect(figures.p99Ms).toBeGreaterThan(0);
    await eventually('all of them', () => [...readers.values()].flat().length === figures.events);
    expect(readers.size).toBe(50);
    for (const [source, events] of readers) {
      expect(source).toMatch(/^\/gates\/simulation\/sim-00\d\d$/u);
      expect(chainFault(events)).toBeUndefined();
      expect(new Set(events.map(({ event }) => event.epoch)).size).toBe(1);
      for (const { event } of events.slice(1))
        expect(event.data['credential']).toMatchObject({ ref: expect.stringMatching(/^SIMULATED[A-Z2-7]{17}$/u) as unknown });
    }
    // What the broker retains of them: cleared, each with an empty last word.
    await eventually('the last words', () => states.size === 50 && [...states.values()].every((state) => state === ''));
    const kept: string[] = [];
    client.on('message', (topic, _, { retain }) => retain && kept.push(topic));
    await client.subscribeAsync('gates/v1/+/+/health', { qos: 1 });
    await client.publishAsync('gates/v1/a/b/event', JSON.stringify({ source: 'end', sequence: '1' }), { qos: 1 });
    await eventually('the end', () => readers.has('end'));
    expect(kept).toEqual([]);
  });

  test('acknowledgements that are lost with a broker: all connect again and send again', { timeout: 60_000 }, async () => {
    const first = await broker();
    const { readers } = await centreOf(first.url, false);
    const proxy = await startMqttProxy(first.port);
    onTestFinished(() => proxy.close());
    const words = ['--broker', proxy.url, '--readers', '10', '--rate', '50', '--seconds', '6', '--json'];
    const running = startProgram(['simulate', ...words]);
    await eventually('events', () => [...readers.values()].flat().length > 30);
    proxy.swallow = true;
    await eventually('acknowledgements on their way', () => proxy.swallowed > 10);
    await first.kill();
    proxy.swallow = false;
    await broker(first.port);
    const { code, stdout } = await running.ended;
    const figures = figuresIn(stdout);
    expect(figures).toMatchObject({ unacknowledged: 0, receipted: 0 });
    expect(figures.sent).toBeGreaterThan(figures.events + 10);
    expect(figures.lost).toBeGreaterThanOrEqual(10);
    expect(code).toBe(0);
    for (const events of readers.values()) expect(chainFault(events)).toBeUndefined();
  });

  test.each([
    ['another machine', ['--broker', 'mqtt://broker.school.example'], '--yes-this-loads broker.school.example'],
    [
      'another machine, and the wrong word',
      ['--broker', 'mqtt://192.0.2.1', '--yes-this-loads', '192.0.2.2'],
      '--yes-this-loads 192.0.2.1',
    ],
    ['no broker', ['--broker', 'http://127.0.0.1'], 'is no broker'],
    ['too many readers', ['--broker', 'mqtt://127.0.0.1', '--readers', '10001'], '1 to 10000'],
  ])('refuses %s', async (_, words, said) => {
    const { code, stdout, stderr } = await runProgram(['simulate', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  });
});
