// `npm run soak`: school days through the real daemon - a pseudo-terminal as scanner, a real Mosquitto, a centre with receipts - and
// what it costs, day after day. Compressed is the wall clock alone: it is stepped over lessons, nights and weekends, and within a
// wave from pupil to pupil. Real are timers, elapsed time, every scan, flush and message. Exit 1 where something was lost.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bytesOnDisk, extentOf, openReader } from '../../src/journal/reader.ts';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { cardOf } from '../../test/fakes/people.ts';
import { answerHelp } from '../answer-help.ts';
import { LAUNCHER } from '../bench/daemon.ts';
import { dataFolderOf, type Gate, openGate } from '../bench/gate.ts';
import { memoryOf } from '../bench/process-figures.ts';
import { percentile } from '../bench/statistics.ts';
import { type Panel, svgOf } from './chart.ts';
import { PUPILS, schoolDays, SCANS_A_DAY, WAVES } from './school-day.ts';
import { type SteppedClock, steppedClock } from './stepped-clock.ts';

const USAGE = `Usage: npm run soak -- [--days 30] [--minutes 15] [--retention DAYS] [--out FILE.svg]

  npm run soak                               30 school days in a quarter of an hour
  npm run soak -- --days 3 --minutes 1       a first look
  npm run soak -- --days 30 --minutes 60     slower, so that less of the day is a rush`;
const OUT = fileURLToPath(new URL('../bench/report/soak.svg', import.meta.url));
const MEBIBYTE = 1_048_576;
const MINUTE_MS = 60_000;
const SAMPLE_MS = 2_000;
const SETTLE_MS = 20_000;

interface Sample {
  /** School days since the start, with fractions. */
  readonly day: number;
  readonly residentMb: number;
  readonly ownMb: number;
  readonly handles: number;
  readonly journalMb: number;
  readonly rows: number;
}

interface Soak {
  readonly gate: Gate;
  readonly clock: SteppedClock;
  readonly data: string;
  readonly samples: Sample[];
  readonly latencies: number[];
}

function sampled({ gate, data }: Soak, day: number): Sample {
  const { pid } = gate.daemon;
  const { now, own } = memoryOf(pid);
  const reader = openReader(data);
  const rows = reader ? extentOf(reader).rows : 0;
  reader?.connection.close();
  const handles = readdirSync(`/proc/${pid}/fd`).length;
  return { day, residentMb: now / MEBIBYTE, ownMb: own / MEBIBYTE, handles, journalMb: bytesOnDisk(data) / MEBIBYTE, rows };
}

/** One day's waves, spread over the first half of `lastsMs`; the rest is its night, for upkeep. */
async function liveThrough(
  soak: Soak,
  { day, midnightMs, lastsMs }: { day: number; midnightMs: number; lastsMs: number },
): Promise<void> {
  const { gate, clock, samples, latencies } = soak;
  const startedMs = performance.now();
  let scans = 0;
  for (const { from, minutes, people } of WAVES) {
    for (let person = 0; person < people; person += 1) {
      clock.stepTo(midnightMs + (from + (minutes * person) / people) * MINUTE_MS);
      const { ms, text } = await gate.read(cardOf(person + 1));
      if (!text.startsWith('granted recorded ')) throw new Error(`day ${day}: the daemon answered ${JSON.stringify(text)}`);
      latencies.push(ms);
      scans += 1;
      const aheadMs = (scans / SCANS_A_DAY) * (lastsMs * 0.3) - (performance.now() - startedMs);
      if (aheadMs > 2) await delay(aheadMs);
    }
    samples.push(sampled(soak, day + (from + minutes) / 1440));
  }
  clock.stepTo(midnightMs + 20 * 60 * MINUTE_MS);
  for (let leftMs = 1; leftMs > 0; ) {
    leftMs = lastsMs - (performance.now() - startedMs);
    await delay(Math.max(0, Math.min(leftMs, SAMPLE_MS)));
    samples.push(sampled(soak, day + Math.min(0.99, 0.8 + (0.19 * (lastsMs - leftMs)) / lastsMs)));
  }
}

async function soakFor(days: number, minutes: number, retentionDays: number, out: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-soak-'));
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  const broker = await startMosquitto();
  const clock = steppedClock(folder);
  const midnights = schoolDays(Date.now(), days);
  clock.stepTo((midnights[0] ?? 0) + 6 * 60 * MINUTE_MS);
  const settings = {
    direction: 'both',
    journal: { retentionDays },
    // The same pupil comes again seconds later by the real clock, hours later by the wall clock.
    admission: { accept: { cccd: 'record' }, repeatWindowSeconds: 0 },
  };
  const gate = await openGate({ folder, reader: 'soak', broker, settings, through: clock.through, signal: abort.signal });
  const data = dataFolderOf({ folder, reader: 'soak' });
  const soak: Soak = { gate, clock, data, samples: [], latencies: [] };
  const startedMs = performance.now();
  try {
    soak.samples.push(sampled(soak, 0));
    for (const [day, midnightMs] of midnights.entries()) {
      await liveThrough(soak, { day, midnightMs, lastsMs: (minutes * MINUTE_MS) / days });
      const { residentMb, handles, rows } = soak.samples.at(-1) ?? sampled(soak, day);
      const at = new Date(clock.nowMs()).toISOString();
      process.stderr.write(
        `soak: day ${day + 1} of ${days} (${at}), ${residentMb.toFixed(1)} MB, ${handles} handles, ${rows} rows\n`,
      );
    }
    const journalled = lastOf(data);
    const tally = await arrived(gate, journalled);
    const verified = execFileSync(LAUNCHER, ['journal', 'verify', '--data', data], { encoding: 'utf8' }).trim();
    const tookMinutes = (performance.now() - startedMs) / MINUTE_MS;
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, drawing(soak, { days, minutes: tookMinutes, retentionDays }));
    const lost = journalled - tally.sequence;
    process.stdout.write(`${summary(soak, tookMinutes)}
events       ${journalled} journalled, ${tally.sequence} at the centre, lost ${lost}, gaps ${tally.gaps}
chain        ${verified}
drawn        ${out}\n`);
    if (lost !== 0 || tally.gaps !== 0) process.exitCode = 1;
  } finally {
    await gate.stop();
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastOf(data: string): number {
  const reader = openReader(data);
  const last = reader ? extentOf(reader).last : 0;
  reader?.connection.close();
  return last;
}

async function arrived(gate: Gate, sequence: number): ReturnType<Gate['centre']['tell']> {
  const end = performance.now() + SETTLE_MS;
  for (;;) {
    const tally = await gate.centre.tell();
    if (tally.sequence >= sequence || performance.now() > end) return tally;
    await delay(100);
  }
}

function summary({ samples, latencies }: Soak, minutes: number): string {
  // Compiled code and pages that are touched for the first time settle in the first days.
  const later = samples.slice(Math.floor(samples.length / 3));
  const range = (of: (sample: Sample) => number) =>
    `${Math.min(...later.map(of)).toFixed(1)}-${Math.max(...later.map(of)).toFixed(1)}`;
  const [first, last] = [later[0], later.at(-1)];
  return `time         ${minutes.toFixed(1)} minutes
scans        ${latencies.length}, shown after p50 ${percentile(latencies, 0.5).toFixed(2)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms
memory       ${first?.residentMb.toFixed(1)} MB a third of the way, ${last?.residentMb.toFixed(1)} MB at the end; range ${range((one) => one.residentMb)}, own ${range((one) => one.ownMb)}
handles      ${range((one) => one.handles)}
journal      ${range((one) => one.journalMb)} MB, ${range((one) => one.rows)} rows`;
}

function drawing({ samples, latencies }: Soak, run: { days: number; minutes: number; retentionDays: number }): string {
  const curve = (name: string, colour: string, of: (sample: Sample) => number) => ({ name, colour, values: samples.map(of) });
  const panels: Panel[] = [
    {
      title: 'Memory',
      unit: 'MB',
      curves: [curve('resident', '#1570ef', (one) => one.residentMb), curve('of it its own', '#7a5af8', (one) => one.ownMb)],
    },
    { title: 'File handles', unit: 'count', curves: [curve('open', '#dc6803', (one) => one.handles)] },
    { title: 'Journal on disk', unit: 'MB', curves: [curve('file and write-ahead log', '#12b76a', (one) => one.journalMb)] },
    { title: 'Events kept', unit: 'rows', curves: [curve('rows', '#7a0012', (one) => one.rows)] },
  ];
  const notes = [
    `${latencies.length.toLocaleString('en-US')} scans of ${PUPILS} pupils in ${run.minutes.toFixed(1)} minutes; events kept for ${run.retentionDays} days by the calendar, weekends included.`,
    'Compressed: the wall clock (lessons, nights and weekends are skipped). Real: timers, every scan, flush and message.',
  ];
  return svgOf({ title: `${run.days} school days through one gate-reader`, notes, days: samples.map(({ day }) => day), panels });
}

answerHelp(USAGE);
const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    minutes: { type: 'string', default: '15' },
    retention: { type: 'string', default: '7' },
    out: { type: 'string', default: OUT },
  },
});
const [days, minutes, retention] = [values.days, values.minutes, values.retention].map(Number);
if (!days || !minutes || retention === undefined || Number.isNaN(retention)) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else await soakFor(days, minutes, retention, values.out);
