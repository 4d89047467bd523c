// The backlog's way to the broker against a raw publisher of single messages on the same broker, in turns. Both are timed at
// the subscriber, from the first event to the last, so that connecting does not count.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mosquitto, startMosquitto } from '../../test/fakes/mosquitto.ts';
import { startCentre, type Tally } from './centre.ts';
import { startChild } from './child-lines.ts';
import { dataFolderOf, openGate } from './gate.ts';
import type { Bench } from './options.ts';
import { memoryOf, type Memory } from './process-figures.ts';
import type { Row } from './report.ts';
import { memoryRows } from './scan-latency.ts';
import { median } from './statistics.ts';
import { type StoredJournal, storeJournal } from './stored-journal.ts';

const PUBLISHER = fileURLToPath(new URL('./publisher.child.ts', import.meta.url));
const READER = 'backlog';
const DRAIN_MS = 120_000;

export async function measureDrain({ folder, sizes: { drainEvents, drainRounds }, signal }: Bench): Promise<Row[]> {
  const stored = storeJournal(dataFolderOf({ folder, reader: READER }), READER, drainEvents);
  const rates = { ours: [] as number[], raw: [] as number[] };
  let memory: Memory | undefined;
  for (let round = 0; round < drainRounds; round += 1) {
    // A broker of its own for each round: nothing retained, nothing queued.
    const broker = await startMosquitto();
    try {
      rates.raw.push(await rawRate(broker, stored, signal));
      const drained = await drainRate({ folder, broker, events: stored.events, signal });
      rates.ours.push(drained.rate);
      memory = drained.memory;
    } finally {
      await broker.kill();
    }
  }
  const [value, peer] = [median(rates.ours), median(rates.raw)];
  return [
    {
      measure: `drain of ${drainEvents.toLocaleString('en-US')} events`,
      value,
      unit: 'events/s',
      peer: { name: 'raw QoS 1, window 100', value: peer },
      ratio: value / peer,
      target: '>= 3 x raw',
      met: value >= 3 * peer,
    },
    ...(memory ? memoryRows('after the drain', memory) : []),
  ];
}

async function rawRate(broker: Mosquitto, { events, eventBytes }: StoredJournal, signal: AbortSignal): Promise<number> {
  const base = 'bench/raw';
  const centre = await startCentre({ port: broker.port, base, receipts: false, awaited: events, signal });
  const words = [String(broker.port), `${base}/event`, String(events), String(eventBytes)];
  const publisher = startChild(process.execPath, [PUBLISHER, ...words], signal);
  try {
    return rateOf(await within(centre.reached), events);
  } finally {
    await publisher.stop();
    await centre.stop();
  }
}

interface Drain extends Pick<Bench, 'folder' | 'signal'> {
  readonly broker: Mosquitto;
  readonly events: number;
}

async function drainRate(drain: Drain): Promise<{ rate: number; memory: Memory }> {
  const setup = { ...drain, reader: READER, awaited: drain.events };
  // As if it had never been online.
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolderOf(setup), `uplink.db${suffix}`), { force: true });
  const gate = await openGate(setup);
  try {
    const rate = rateOf(await within(gate.centre.reached), drain.events);
    return { rate, memory: memoryOf(gate.daemon.pid) };
  } finally {
    await gate.stop();
  }
}

function rateOf({ sequence, gaps, firstMs, lastMs }: Tally, events: number): number {
  if (gaps > 0) throw new Error(`${gaps} gaps on the way to event ${sequence}: this is the rate of a lossy drain`);
  return (events * 1000) / (lastMs - firstMs);
}

async function within(reached: Promise<Tally>): Promise<Tally> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the last event did not come within ${DRAIN_MS} ms`)), DRAIN_MS);
  try {
    return await Promise.race([reached, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
