// Many simulated readers in one process: connects them one after the other, lets people come at a rate, and ends cleanly.

import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { systemClock } from '../../system/clock.ts';
import { jwkThumbprint, publicJwk } from '../../system/secrets.ts';
import type { Address } from '../../uplink/address.ts';
import { VERSION } from '../../version.ts';
import { Figures } from './figures.ts';
import { SimulatedReader } from './reader.ts';
import { seeded } from './seeded.ts';

export interface CrowdOptions {
  readonly address: Address;
  readonly site: string;
  readonly readers: number;
  /** Scans a second, of all readers together. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
  /** Each second, with the seconds since everybody was there. */
  readonly tick: (figures: Figures, second: number) => void;
  /** Ends it early, as cleanly. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly figures: Figures;
  /** From the first connection to the last. */
  readonly connectMs: number;
  /** How long scans were made. */
  readonly scanMs: number;
  /** Scans that the rate wanted and no reader had room for. */
  readonly missed: number;
  readonly bytesPerReader: number;
  readonly cpuSeconds: number;
}

/** A broker that is sized for readers takes so many new ones at once. */
const CONNECTS_A_SECOND = 200;
const TURN_MS = 20;
const CONNECT_LIMIT_MS = 30_000;
const SETTLE_LIMIT_MS = 10_000;
const HEALTH_MS = 60_000;

export async function simulate(options: CrowdOptions): Promise<Outcome> {
  const random = seeded(options.seed);
  const figures = new Figures(random);
  const beforeBytes = process.memoryUsage.rss();
  const crowd = people(options, figures, random);
  const startedMs = performance.now();
  await connectAll(crowd, figures, options.signal);
  const connectMs = performance.now() - startedMs;
  const bytesPerReader = (process.memoryUsage.rss() - beforeBytes) / options.readers;
  const cpu = process.cpuUsage();
  const { missed, scanMs } = await scans(crowd, figures, options, random);
  const { user, system } = process.cpuUsage(cpu);
  await until(() => crowd.every(({ settled }) => settled), SETTLE_LIMIT_MS, AbortSignal.any([]));
  await Promise.all(crowd.map((reader) => reader.close()));
  return { figures, connectMs, scanMs, missed, bytesPerReader, cpuSeconds: (user + system) / 1e6 };
}

/** All with one key: it is in each start event, and a thousand keys would prove no more. */
function people({ address, site, readers }: CrowdOptions, figures: Figures, random: () => number): SimulatedReader[] {
  const { publicKey } = generateKeyPairSync('ed25519');
  const key = { ...publicJwk(publicKey), kid: jwkThumbprint(publicKey) };
  const clock = systemClock('Asia/Ho_Chi_Minh');
  const version = `${VERSION}-simulation`;
  return Array.from({ length: readers }, (_, at) => {
    const reader = `sim-${String(at + 1).padStart(4, '0')}`;
    return new SimulatedReader({ site, reader, address, clock, random, figures, version, publicKey: key });
  });
}

async function connectAll(crowd: readonly SimulatedReader[], figures: Figures, signal: AbortSignal): Promise<void> {
  for (const [at, reader] of crowd.entries()) {
    if (signal.aborted) return;
    reader.connect();
    if (at % (CONNECTS_A_SECOND / 20) === 0) await delay(50);
  }
  await until(() => figures.connected === crowd.length, CONNECT_LIMIT_MS, signal);
}

async function scans(
  crowd: readonly SimulatedReader[],
  figures: Figures,
  { rate, seconds, tick, signal }: CrowdOptions,
  random: () => number,
): Promise<{ missed: number; scanMs: number }> {
  const startedMs = performance.now();
  const elapsed = () => performance.now() - startedMs;
  let [made, missed, second, healthMs] = [0, 0, 0, HEALTH_MS];
  while (!signal.aborted && elapsed() < seconds * 1000) {
    for (; made < (elapsed() / 1000) * rate; made += 1) {
      if (!crowd[Math.floor(random() * crowd.length)]?.scan()) missed += 1;
    }
    if (elapsed() >= healthMs) {
      for (const reader of crowd) reader.health();
      healthMs += HEALTH_MS;
    }
    if (elapsed() >= (second + 1) * 1000) tick(figures, (second += 1));
    await delay(TURN_MS);
  }
  return { missed, scanMs: elapsed() };
}

async function until(condition: () => boolean, mostMs: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + mostMs;
  while (!condition() && !signal.aborted && performance.now() < end) await delay(TURN_MS);
}
