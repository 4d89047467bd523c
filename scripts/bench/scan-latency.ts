// Scan to feedback against the floor, both in one run and in turns, and what the daemon writes meanwhile. One code at a time:
// the next one comes after the feedback, as at a gate.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { JOURNAL_FILE } from '../../src/journal/journal.ts';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { openPty } from '../../test/fakes/pty.ts';
import { startChild } from './child-lines.ts';
import { answerTime, cardTexts, dataFolderOf, type Gate, openGate } from './gate.ts';
import type { Bench, Sizes } from './options.ts';
import { type Memory, memoryOf, type Written, writtenBy } from './process-figures.ts';
import type { Row } from './report.ts';
import { percentile } from './statistics.ts';

const FLOOR = fileURLToPath(new URL('./floor.child.ts', import.meta.url));
const START_MS = 30_000;
/** Before anything counts: code is compiled, files have their first size. */
const WARM_UP = 50;
const MB = 1 << 20;

interface Floor {
  readonly scan: () => Promise<number>;
  stop(): Promise<void>;
}

async function startFloor({ folder, signal }: Bench, eventBytes: number): Promise<Floor> {
  const pty = openPty();
  const child = startChild(process.execPath, [FLOOR, pty.path, join(folder, 'floor.dat'), String(eventBytes)], signal);
  const cards = cardTexts();
  await child.line(START_MS);
  return {
    scan: async () => (await answerTime(pty, cards.next().value, child)).ms,
    async stop() {
      await child.stop();
      pty.close();
    },
  };
}

/** `count` scans, one after the other; their times in milliseconds. */
async function series(scan: () => Promise<number>, count: number, gapMs: number): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    times.push(await scan());
    await delay(gapMs);
  }
  return times;
}

interface Measured {
  readonly gate: number[];
  readonly floor: number[];
  /** During the gate's own turns, and during scans at a gate's pace. */
  readonly fast: Written;
  readonly slow: Written;
}

async function measure(gate: Gate, floor: Floor, sizes: Sizes): Promise<Measured> {
  const { pid } = gate.daemon;
  const times = { gate: [] as number[], floor: [] as number[] };
  let fast: Written = { storage: 0, calls: 0 };
  await series(floor.scan, WARM_UP, sizes.gapMs);
  for (let round = 0; round < sizes.rounds; round += 1) {
    times.floor.push(...(await series(floor.scan, sizes.scansPerRound, sizes.gapMs)));
    const before = writtenBy(pid);
    times.gate.push(...(await series(gate.scan, sizes.scansPerRound, sizes.gapMs)));
    fast = sum(fast, since(pid, before));
  }
  const before = writtenBy(pid);
  await series(gate.scan, sizes.slowScans, sizes.slowGapMs);
  return { ...times, fast, slow: since(pid, before) };
}

const sum = (a: Written, b: Written): Written => ({ storage: a.storage + b.storage, calls: a.calls + b.calls });

function since(pid: number, before: Written): Written {
  const now = writtenBy(pid);
  return { storage: now.storage - before.storage, calls: now.calls - before.calls };
}

export async function measureScans(bench: Bench): Promise<Row[]> {
  const { folder, sizes, signal } = bench;
  const broker = await startMosquitto();
  const setup = { folder, reader: 'kiosk', broker, signal };
  const parts: { stop(): Promise<void> }[] = [{ stop: () => broker.kill() }];
  try {
    const gate = await openGate(setup);
    parts.push(gate);
    await series(gate.scan, WARM_UP, sizes.gapMs);
    const eventBytes = lastEventBytes(dataFolderOf(setup));
    const floor = await startFloor(bench, eventBytes);
    parts.push(floor);
    const measured = await measure(gate, floor, sizes);
    const memory = memoryOf(gate.daemon.pid);
    const tally = await gate.centre.tell();
    if (tally.gaps > 0) throw new Error(`the centre saw ${tally.gaps} gaps: these measures are of a broken uplink`);
    return [...latencyRows(measured), ...writtenRows(measured, sizes, eventBytes), ...memoryRows('after the scans', memory)];
  } finally {
    for (const part of parts.reverse()) await part.stop();
  }
}

/** The size of a scan's event, read beside the daemon. */
function lastEventBytes(dataFolder: string): number {
  const database = new Database(join(dataFolder, JOURNAL_FILE), { readonly: true });
  try {
    const query = `SELECT length(body) FROM event WHERE instr(body, '"gate.scan.v1"') > 0 ORDER BY sequence DESC LIMIT 1`;
    return Number(database.prepare<[], number>(query).pluck().get());
  } finally {
    database.close();
  }
}

function latencyRows({ gate, floor }: Measured): Row[] {
  return (
    [
      ['p50', 0.5, 3],
      ['p90', 0.9, undefined],
      ['p99', 0.99, 2],
    ] as const
  ).map(([name, share, most]) => {
    const [value, peer] = [percentile(gate, share), percentile(floor, share)];
    const row: Row = {
      measure: `scan to feedback, ${name}`,
      value,
      unit: 'ms',
      peer: { name: 'floor', value: peer },
      ratio: value / peer,
    };
    return most === undefined ? row : { ...row, target: `<= ${most} x floor`, met: value <= most * peer };
  });
}

function writtenRows({ fast, slow }: Measured, sizes: Sizes, eventBytes: number): Row[] {
  const scans = sizes.rounds * sizes.scansPerRound;
  const perScan = (name: string, bytes: number): Row => ({
    measure: `written per scan, ${name}`,
    value: bytes / 1000,
    unit: 'KB',
  });
  const target = (row: Row): Row => ({ ...row, target: '<= 7 KB', met: row.value <= 7 });
  return [
    { measure: 'one event', value: eventBytes, unit: 'B' },
    target(perScan(`one each ${sizes.gapMs} ms, to storage`, fast.storage / scans)),
    perScan(`one each ${sizes.gapMs} ms, by calls`, fast.calls / scans),
    target(perScan(`one each ${sizes.slowGapMs} ms, to storage`, slow.storage / sizes.slowScans)),
    perScan(`one each ${sizes.slowGapMs} ms, by calls`, slow.calls / sizes.slowScans),
  ];
}

export function memoryRows(when: string, { now, peak, own }: Memory): Row[] {
  return [
    { measure: `resident memory ${when}`, value: now / MB, unit: 'MB', target: '<= 100 MB', met: now <= 100 * MB },
    { measure: `resident memory ${when}, not of files`, value: own / MB, unit: 'MB' },
    { measure: `resident memory ${when}, peak`, value: peak / MB, unit: 'MB' },
  ];
}
