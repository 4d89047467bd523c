// Cost as the journal grows: start, a scan, the drain of what is new, and an export, on journals of a thousand to five million
// events. All but the export should stay as they are.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { bytesOnDisk } from '../../src/journal/reader.ts';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { LAUNCHER } from './daemon.ts';
import { dataFolderOf, openGate } from './gate.ts';
import type { Bench } from './options.ts';
import { memoryOf } from './process-figures.ts';
import type { Row } from './report.ts';
import { median, percentile } from './statistics.ts';
import { storeJournal } from './stored-journal.ts';

const MEBIBYTE = 1_048_576;
/** Of the smallest journal's: as much as runs of one size differ among themselves on a machine that does other things too. */
const FLAT = 1.5;
const SCANS = 200;

interface Cost {
  readonly events: number;
  readonly megabytes: number;
  readonly startMs: number;
  readonly scanP50Ms: number;
  readonly scanP99Ms: number;
  readonly drained: number;
  readonly residentMb: number;
  readonly exportSeconds: number;
}

export async function measureGrowth({ folder, sizes: { growth, starts }, signal }: Bench): Promise<Row[]> {
  const costs: Cost[] = [];
  for (const events of growth) {
    process.stderr.write(`bench: growth, ${events.toLocaleString('en-US')} events ...\n`);
    costs.push(await costOf({ folder, events, starts, signal }));
  }
  const [least] = costs;
  if (!least) return [];
  return costs.flatMap((cost) => rowsOf(cost, least));
}

async function costOf(setup: { folder: string; events: number; starts: number; signal: AbortSignal }): Promise<Cost> {
  const { folder, events, starts, signal } = setup;
  const reader = `grown-${events}`;
  const data = dataFolderOf({ folder, reader });
  mkdirSync(data, { recursive: true });
  storeJournal(data, reader, events);
  const megabytes = bytesOnDisk(data) / MEBIBYTE;
  const broker = await startMosquitto();
  const [startMs, scanMs]: [number[], number[]] = [[], []];
  let [drained, residentMb] = [0, 0];
  try {
    for (let round = 0; round <= starts; round += 1) {
      const gate = await openGate({ folder, reader, broker, awaited: events, signal });
      // The first start finds nothing in the page cache, and sends all there is.
      if (round > 0) startMs.push(gate.daemon.readyMs);
      if (round === 0) {
        const { firstMs, lastMs } = await gate.centre.reached;
        drained = (events * 1000) / (lastMs - firstMs);
      }
      if (round === starts) {
        for (let scan = 0; scan < SCANS; scan += 1) scanMs.push(await gate.scan());
        residentMb = memoryOf(gate.daemon.pid).now / MEBIBYTE;
      }
      await gate.stop();
    }
  } finally {
    await broker.kill();
  }
  const exportSeconds = await exportOf(data);
  rmSync(data, { recursive: true, force: true });
  const [scanP50Ms, scanP99Ms] = [percentile(scanMs, 0.5), percentile(scanMs, 0.99)];
  return { events, megabytes, startMs: median(startMs), scanP50Ms, scanP99Ms, drained, residentMb, exportSeconds };
}

/** Seconds for the whole journal as CSV into nothing. */
async function exportOf(data: string): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(LAUNCHER, ['journal', 'export', '--format', 'csv', '--data', data], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`journal export ended with ${code}`);
  return (performance.now() - startedMs) / 1000;
}

function rowsOf(cost: Cost, least: Cost): Row[] {
  const stored = `${cost.events.toLocaleString('en-US')} events`;
  const flat = (measure: string, unit: Row['unit'], of: (cost: Cost) => number): Row => {
    const [value, before] = [of(cost), of(least)];
    const row = { measure: `${stored}: ${measure}`, value, unit };
    if (cost === least) return row;
    const peer = { name: `with ${least.events.toLocaleString('en-US')}`, value: before };
    return { ...row, peer, ratio: value / before, target: `<= ${FLAT} x`, met: value <= before * FLAT };
  };
  return [
    { measure: `${stored}: on disk`, value: cost.megabytes, unit: 'MB' },
    flat('start to ready', 'ms', (one) => one.startMs),
    flat('scan, p50', 'ms', (one) => one.scanP50Ms),
    flat('scan, p99', 'ms', (one) => one.scanP99Ms),
    flat('resident', 'MB', (one) => one.residentMb),
    { measure: `${stored}: drain of them all`, value: cost.drained, unit: 'events/s' },
    { measure: `${stored}: export as CSV`, value: cost.exportSeconds * 1000, unit: 'ms' },
  ];
}
