// The pages of a real daemon: a scrape that Prometheus would take, figures that follow what happens, and no word of a person.

import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../fakes/eventually.ts';
import { type Kiosk, makeKiosk } from '../fakes/kiosk.ts';
import { freePort, startMosquitto } from '../fakes/mosquitto.ts';
import { cardOf } from '../fakes/people.ts';
import { type Scraped, scrape } from './scrape.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function kioskWith(listen: string): Promise<Kiosk> {
  const broker = await startMosquitto();
  cleanups.push(() => broker.kill());
  const kiosk = makeKiosk({ broker: broker.url, receipts: 'required', settings: { console: { listen } } });
  cleanups.push(() => kiosk.remove());
  return kiosk;
}

const valueOf = (families: Map<string, Scraped>, name: string, labels: object = {}): number | undefined =>
  families.get(name)?.samples.find((one) => Object.entries(labels).every(([label, text]) => one.labels[label] === text))?.value;

describe('a daemon with console.listen', () => {
  test('prints where its pages are, and tells of scans without telling of people', { timeout: 30_000 }, async () => {
    const kiosk = await kioskWith('127.0.0.1:0');
    const daemon = kiosk.start();
    const { console: url } = await daemon.ready();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/u);
    for (const index of [1, 2, 3, 1]) await kiosk.scanner.write(`${cardOf(index)}\r`);
    await kiosk.scanner.write('nothing that is known\r');
    await eventually('the answers', () => daemon.feedback().length === 5);

    const answered = await fetch(`${url}/metrics`);
    expect(answered.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await answered.text();
    const families = scrape(text);
    for (const { help } of families.values()) expect(help).toMatch(/\.$/u);
    expect(valueOf(families, 'gate_reader_build_info')).toBe(1);
    const granted = { verdict: 'granted', reason: 'recorded', kind: 'cccd' };
    expect(valueOf(families, 'gate_reader_answers_total', granted)).toBe(3);
    expect(valueOf(families, 'gate_reader_answers_total', { reason: 'repeat' })).toBe(1);
    expect(valueOf(families, 'gate_reader_answers_total', { verdict: 'denied', kind: 'unknown' })).toBe(1);
    const latency = families.get('gate_reader_answer_latency_seconds')?.samples ?? [];
    const counts = latency.filter(({ name }) => name.endsWith('_bucket')).map(({ value }) => value);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(latency.find(({ name }) => name.endsWith('_count'))?.value).toBe(5);
    // A start, three people and a code that is none; no centre has receipted any of them.
    expect(valueOf(families, 'gate_reader_backlog_events')).toBe(5);
    expect(valueOf(families, 'gate_reader_journal_rows')).toBe(5);
    expect(valueOf(families, 'gate_reader_part_faulty', { part: 'scanner:main' })).toBe(0);
    expect(valueOf(families, 'process_resident_memory_bytes')).toBeGreaterThan(20e6);
    expect(text).not.toMatch(/\*\*|[A-Z2-7]{26}|0010990/u);
    await eventually('the connection in the figures', async () => {
      const now = scrape(await (await fetch(`${url}/metrics`)).text());
      return valueOf(now, 'gate_reader_uplink_connected') === 1;
    });
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ state: 'ready', faults: [] });
    expect(await daemon.stop()).toBe(0);
  });

  test('goes on without its pages where the port is taken, and says so in its health', { timeout: 30_000 }, async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const kiosk = await kioskWith(`127.0.0.1:${port}`);
    const daemon = kiosk.start();
    expect(await daemon.ready()).toMatchObject({ console: `http://127.0.0.1:${port}` });
    await kiosk.scanner.write(`${cardOf(1)}\r`);
    await eventually('the answer', () => daemon.feedback().length === 1);
    expect(daemon.stderr.join('\n')).toContain('EADDRINUSE');
    await new Promise((resolve) => other.close(resolve));
    await eventually(
      'the pages',
      () =>
        fetch(`http://127.0.0.1:${port}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      {
        deadlineMs: 20_000,
      },
    );
    expect(await daemon.stop()).toBe(0);
  });
});
