// The console's side of the composition root: what its pages say, read from the daemon's parts at the moment somebody asks. A
// file beside main.ts because that one is full.

import { parseAddress } from './config/address.ts';
import { EXPOSITION_TYPE, exposition } from './console/exposition.ts';
import { metricsOf, type ProcessReading, type Reading } from './console/metrics.ts';
import type { Page } from './console/server.ts';
import type { Lists } from './admission/ports.ts';
import type { Chronicled } from './chronicle.ts';
import { bytesOnDisk, extentOf, openReader } from './journal/reader.ts';
import { LIST_NAMES } from './lists/entries.ts';
import type { AttachedScanner } from './scanners/lines.ts';
import { kernelClockOffsetMs } from './system/clock.ts';
import { diskSpace } from './system/disk.ts';
import { bodySigns, certificateDays } from './system/health.ts';
import { ownProcess } from './system/own-process.ts';
import { temperatureC } from './system/temperature.ts';
import { deadProbes, type Probe } from './system/watchdog.ts';
import { hostInUrl } from './uplink/host-in-url.ts';
import { VERSION } from './version.ts';

export interface Watched extends Chronicled {
  readonly lists: Lists;
  readonly cursors: { readonly sent: number; readonly receipted: number };
  /** Of the uplink, since the start. */
  readonly link: { readonly connected: boolean; readonly connections: number };
}

/** Where what is beside the configured devices can be lost. */
const STANDING_PARTS = ['journal', 'uplink', 'indicator', 'lists', 'console'];

/** Opens the pages, where wanted; what the ready line says of it. Nothing of them is loaded or listens where they are off. */
export async function openConsole(
  parts: Watched,
  scanners: readonly AttachedScanner[],
  probes: readonly Probe[],
): Promise<string> {
  const { console: wanted } = parts.configuration;
  if (wanted === 'off') return 'off';
  const { startConsole } = await import('./console/server.ts');
  const listen = parseAddress(wanted.listen) ?? LOOPBACK;
  const pages = new Map<string, () => Page | Promise<Page>>([
    ['/metrics', async () => page(200, EXPOSITION_TYPE, exposition(metricsOf(await readingOf(parts, scanners))))],
    ['/healthz', () => healthPage(parts, probes)],
  ]);
  const started = startConsole({ listen, pages, report: (message) => parts.board.report('console', message) });
  parts.onClose('console', () => started.close());
  return `http://${hostInUrl(listen.host)}:${(await started.listening) ?? listen.port}`;
}

/** The configuration's schema has checked what it was told. */
const LOOPBACK = { host: '127.0.0.1', port: 8080 };

const page = (status: number, contentType: string, body: string): Page => ({ status, contentType, body });

/** 503 where a restart would help: by the same signs as the service manager's watchdog. A lost scanner is `degraded`, and 200. */
function healthPage({ board }: Watched, probes: readonly Probe[]): Page {
  const dead = deadProbes(probes);
  const faults = board.faults.map(({ part }) => part);
  const state = dead.length > 0 ? 'dead' : faults.length > 0 ? 'degraded' : 'ready';
  const body = JSON.stringify({ state, faults, ...(dead.length === 0 ? {} : { dead }) });
  return page(dead.length > 0 ? 503 : 200, 'application/json', `${body}\n`);
}

async function readingOf(parts: Watched, scanners: readonly AttachedScanner[]): Promise<Reading> {
  const { clock, vitals, lists, dataFolder, configuration, cursors, link, journal } = parts;
  const moment = clock.describe(clock.read());
  const [disk, temperature] = await Promise.all([diskSpace(dataFolder), temperatureC()]);
  const { tallies } = vitals;
  const { power, storage } = bodySigns(dataFolder);
  const { certFile: client, caFile: ca } = configuration.uplink;
  return {
    build: { version: VERSION, node: process.versions.node, architecture: process.arch },
    answers: tallies.answers(),
    latency: tallies.latency(),
    lastScanAgeSeconds: vitals.signs(moment.monotonicMs).lastScanAgeSeconds,
    journal: { sequence: journal.sequence, rows: rowsIn(dataFolder), bytes: bytesOnDisk(dataFolder) },
    uplink: { ...link, delivered: configuration.uplink.receipts === 'required' ? cursors.receipted : cursors.sent },
    disk,
    clock: { synchronised: moment.state === 'synchronised', offsetMs: kernelClockOffsetMs() },
    temperatureC: temperature,
    underVoltage: power?.underVoltage,
    lifeUsed: storage?.lifeUsed,
    certificateDays: certificateDays({ client, ca }, moment.wallMs),
    parts: partsOf(parts),
    lists: LIST_NAMES.flatMap((list) => {
      const info = lists.info(list, moment.wallMs);
      return info ? [{ list, version: info.version, ageSeconds: Math.max(0, (moment.wallMs - info.issuedMs) / 1000) }] : [];
    }),
    discarded: scanners.flatMap(({ id, discarded }) =>
      Object.entries(discarded).map(([cause, bytes]) => ({ scanner: id, cause, bytes: Number(bytes) })),
    ),
    process: ownProcess() satisfies ProcessReading,
  };
}

/** A journal that can't be read is a fault of its own, and no rows. */
function rowsIn(dataFolder: string): number {
  try {
    const reader = openReader(dataFolder);
    if (!reader) return 0;
    const { rows } = extentOf(reader);
    reader.connection.close();
    return rows;
  } catch {
    return 0;
  }
}

function partsOf({ configuration, board }: Watched): Map<string, boolean> {
  const devices = [
    ...configuration.scanners.map(({ id }) => `scanner:${id}`),
    ...configuration.inputs.map(({ id }) => `input:${id}`),
  ];
  const names = new Set([...STANDING_PARTS, ...devices, ...board.faults.map(({ part }) => part)]);
  return new Map(Array.from(names, (part) => [part, board.has(part)]));
}
