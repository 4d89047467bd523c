// How large a batch may be: what fails for its size comes down until it passes, and a cut line alone changes nothing.
import { describe, expect, onTestFinished, test } from 'vitest';
import { Appetite } from '../../src/uplink/appetite.ts';
import { Drain } from '../../src/uplink/drain.ts';
import { contractBounds } from '../../src/uplink/timings.ts';
import { backoff } from '../../src/system/backoff.ts';
import { startMqttProxy } from '../fakes/mqtt-proxy.ts';
import { upTo } from './centre.ts';
import { centre, journal, mosquitto, run } from './running.ts';
import { until } from './until.ts';

const MOST = 128 * 1024;

describe('Appetite', () => {
  test('one failure is forgiven, the next one in a row halves what failed, down to about one event', () => {
    const appetite = new Appetite(MOST);
    appetite.failed(60_000);
    expect(appetite.bytes).toBe(MOST);
    for (let sent = 60_000; sent > 1100; sent = appetite.bytes) appetite.failed(sent);
    expect([appetite.bytes, appetite.bytesInFlight]).toEqual([1024, 8192]);
  });

  test('failures with deliveries between them are the line, not the size', () => {
    const appetite = new Appetite(MOST);
    for (let time = 0; time < 20; time += 1) {
      appetite.failed(60_000);
      appetite.delivered();
    }
    expect(appetite.bytes).toBe(MOST);
  });

  test('after many deliveries a larger one is tried; each failure makes that rarer, and there is a most', () => {
    const appetite = new Appetite(4096);
    const deliveriesToGrow = (): number => {
      const { bytes } = appetite;
      let count = 0;
      while (appetite.bytes === bytes) {
        appetite.delivered();
        count += 1;
      }
      return count;
    };
    const fall = (): void => {
      for (let time = 0; time < 2; time += 1) appetite.failed(4096);
    };
    fall();
    const first = deliveriesToGrow();
    expect(appetite.bytes).toBe(4096);
    fall();
    expect(deliveriesToGrow()).toBe(2 * first);
    for (let time = 0; time < 5000; time += 1) appetite.delivered();
    expect(appetite.bytes).toBe(4096);
  });
});

describe('Drain with a broker that takes less than it says', () => {
  const open = { receiveMaximum: 65_535, maxPayloadBytes: 1_000_000 };
  const drain = (): Drain => new Drain(contractBounds, () => backoff({ firstMs: 500, maxMs: 10_000, random: () => 0 }));

  test('connections that end on the same batch make it smaller', () => {
    const one = drain();
    const sizes: (number | undefined)[] = [];
    for (let connection = 1; connection <= 3; connection += 1) {
      one.begin({ confirmed: 0, head: 100, ...open });
      const plan = one.next(0);
      sizes.push(plan?.maxBytes);
      if (plan !== undefined) one.started(connection, plan, 100, 60_000);
      one.end();
    }
    expect(sizes).toEqual([MOST, MOST, 30_000]);
  });

  test('after a batch that failed one goes alone: of several the last and smallest alone would pass', () => {
    const one = drain();
    one.begin({ confirmed: 0, head: 450, ...open });
    const first = one.next(0);
    if (first !== undefined) one.started(1, first, 200, 60_000);
    expect(one.next(0)).toMatchObject({ from: 201 });
    one.end();
    one.begin({ confirmed: 0, head: 450, ...open });
    const again = one.next(0);
    if (again !== undefined) one.started(2, again, 200, 60_000);
    expect(one.next(0)).toBeUndefined();
    one.settled(2, true, 0);
    expect(one.next(0)).toMatchObject({ from: 201 });
  });

  test('a refusal for want of a subscriber says nothing about the size, others do', () => {
    const one = drain();
    one.begin({ confirmed: 0, head: 100, ...open });
    let now = 0;
    const refuse = (id: number, spurned: boolean): number | undefined => {
      const plan = one.next(now);
      if (plan !== undefined) one.started(id, plan, 100, 60_000);
      if (spurned) one.spurned(id);
      one.settled(id, false, now);
      now += 10_000;
      return plan?.maxBytes;
    };
    expect([1, 2, 3].map((id) => refuse(id, false))).toEqual([MOST, MOST, MOST]);
    expect([4, 5, 6].map((id) => refuse(id, true))).toEqual([MOST, MOST, 30_000]);
  });
});

test('a backlog passes a broker that takes 1,500 bytes, says so nowhere and refuses with a reason that MQTT does not allow', async () => {
  const broker = await mosquitto({ config: ['allow_anonymous true', 'message_size_limit 1500'] });
  const there = await centre(broker.url);
  const proxy = await startMqttProxy(broker.port);
  onTestFinished(() => proxy.close());
  const rows = journal(40);
  run(rows, { broker: proxy.url });
  await until('40 rows', () => new Set(there.sequences()).size === 40);
  expect([...new Set(there.sequences())].sort((a, b) => a - b)).toEqual(upTo(40));
});
