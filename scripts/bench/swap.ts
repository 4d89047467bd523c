// A large roster taken over by a running daemon while people go through: what a scan waits longer than without, how long the
// swap takes, and what it leaves in memory. When a swap is over is seen from outside: the feedback shows the new label.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { SITE } from './daemon.ts';
import { dataFolderOf, type Gate, openGate } from './gate.ts';
import { makeIssuer, type Pupil, pupilsOf, signedRoster } from './issuer.ts';
import { type ListPublisher, startListPublisher } from './list-publisher.ts';
import type { Bench } from './options.ts';
import { memoryOf } from './process-figures.ts';
import type { Row } from './report.ts';
import { memoryRows } from './scan-latency.ts';
import { median, percentile } from './statistics.ts';

const READER = 'swap';
const SWAP_MS = 60_000;
/** V8 takes about eight seconds to notice that nothing happens any more, and only then collects what a swap left. */
const SETTLE_MS = 15_000;
/** Scans after the new label was seen that still count as during the swap: its end is theirs to feel. */
const AFTERMATH = 30;
const WARM_UP = 50;
const MOST_DELAY_MS = 50;

/** By swap: the times of its scans, of as many before it without one, and how long it took. */
interface Measured {
  readonly quiet: number[][];
  readonly during: number[][];
  readonly swapsMs: number[];
}

export async function measureSwap({ folder, sizes, signal }: Bench): Promise<Row[]> {
  const setup = { folder, reader: READER, signal };
  const issuer = makeIssuer(folder);
  const pupils = pupilsOf(dataFolderOf(setup), sizes.rosterEntries);
  // The first one fills the empty store and does not count.
  const files = Array.from({ length: sizes.swaps + 1 }, (_, index) => {
    const version = index + 1;
    const file = join(folder, `roster-${version}.jws`);
    writeFileSync(file, signedRoster(issuer, pupils, { version, label: labelOf(version) }));
    return file;
  });
  const parts: { stop(): Promise<void> }[] = [];
  try {
    const broker = await startMosquitto();
    parts.push({ stop: () => broker.kill() });
    const publisher = await startListPublisher(broker.port, `lists/v1/${SITE}/roster`, signal);
    parts.push(publisher);
    const gate = await openGate({ ...setup, broker, settings: { trust: { issuers: issuer.file } } });
    parts.push(gate);
    const scan = scanner(gate, pupils, sizes.gapMs);
    for (let done = 0; done < WARM_UP; done += 1) await gate.scan();
    const before = memoryOf(gate.daemon.pid);
    const measured = await swapAll(publisher, files, scan);
    const tally = await gate.centre.tell();
    if (tally.gaps > 0) throw new Error(`the centre saw ${tally.gaps} gaps: these measures are of a broken uplink`);
    await delay(SETTLE_MS, undefined, { signal });
    return [
      ...delayRows(measured, sizes.rosterEntries),
      { measure: 'resident memory before the first roster', value: before.now / (1 << 20), unit: 'MB' },
      ...memoryRows(`idle, after ${files.length} rosters`, memoryOf(gate.daemon.pid)),
    ];
  } finally {
    for (const part of parts.reverse()) await part.stop();
  }
}

const labelOf = (version: number): string => `Roster ${version}`;

type Scan = () => Promise<{ readonly ms: number; readonly text: string }>;

/** Reads the next token, each one once, then lets the pace pass. */
function scanner(gate: Gate, pupils: readonly Pupil[], gapMs: number): Scan {
  let next = 0;
  return async () => {
    const pupil = pupils[next++];
    if (pupil === undefined) throw new Error('the swaps took longer than there are tokens to scan');
    const scanned = await gate.read(pupil.token);
    await delay(gapMs);
    return scanned;
  };
}

async function swapAll(publisher: ListPublisher, files: readonly string[], scan: Scan): Promise<Measured> {
  const measured: Measured = { quiet: [], during: [], swapsMs: [] };
  let last = 0;
  for (const [index, file] of files.entries()) {
    await publisher.load(file);
    const quiet: number[] = [];
    while (quiet.length < last) quiet.push((await scan()).ms);
    const { during, ms } = await swapOnce(publisher, labelOf(index + 1), scan);
    last = during.length;
    if (index === 0) continue;
    measured.quiet.push(quiet);
    measured.during.push(during);
    measured.swapsMs.push(ms);
  }
  return measured;
}

async function swapOnce(publisher: ListPublisher, label: string, scan: Scan): Promise<{ during: number[]; ms: number }> {
  const during: number[] = [];
  const startedMs = performance.now();
  const published = publisher.publish();
  let ms: number | undefined;
  for (let after = 0; after < AFTERMATH; ) {
    const scanned = await scan();
    during.push(scanned.ms);
    if (scanned.text === `granted ok in token ${label}`) ms ??= performance.now() - startedMs;
    if (ms !== undefined) after += 1;
    else if (performance.now() - startedMs > SWAP_MS) throw new Error(`no swap in ${SWAP_MS} ms; last: ${scanned.text}`);
  }
  await published;
  return { during, ms: ms ?? Number.NaN };
}

function delayRows({ quiet, during, swapsMs }: Measured, entries: number): Row[] {
  const compared = (name: string, figure: (swaps: readonly (readonly number[])[]) => number): Row => {
    const [value, peer] = [figure(during), figure(quiet)];
    const measure = `scan to feedback during a swap, ${name}`;
    return { measure, value, unit: 'ms', peer: { name: 'without', value: peer }, ratio: value / peer };
  };
  const longest = compared('longest', (swaps) => Math.max(...swaps.flat()));
  return [
    {
      measure: `swap of ${entries.toLocaleString('en-US')} roster entries, publish to first use`,
      value: median(swapsMs),
      unit: 'ms',
    },
    { measure: `scans during ${during.length} swaps`, value: during.flat().length, unit: '' },
    compared('p50', (swaps) => median(swaps.flat())),
    compared('p99', (swaps) => percentile(swaps.flat(), 0.99)),
    // Tells one busy disk from what every swap does.
    compared('its longest, the usual one', (swaps) => median(swaps.map((times) => Math.max(...times)))),
    {
      ...longest,
      target: `<= ${MOST_DELAY_MS} ms more`,
      met: longest.value - (longest.peer?.value ?? 0) <= MOST_DELAY_MS,
    },
  ];
}
