// The stream of the guard's desk: codes of every kind through `gate-reader explain -`, with a large roster in the folder of
// lists. Start-up is told apart: it is over when the first code has its answer, and only then the others are sent.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODE_KINDS, codesOf, makeHealthSigner } from './codes.ts';
import { GATE, LAUNCHER, SITE } from './daemon.ts';
import { makeIssuer, pupilsOf, signedRoster } from './issuer.ts';
import { ACCEPT } from './judge.ts';
import type { Bench } from './options.ts';
import type { Row } from './report.ts';
import { median } from './statistics.ts';

const LEAST_RATE = 2_000;
const START_ROUNDS = 5;

interface Prepared {
  readonly withLists: string;
  readonly withoutLists: string;
  /** Of all kinds in turns. */
  readonly codes: readonly string[];
}

export async function measureExplaining({ folder, sizes, signal }: Bench): Promise<Row[]> {
  const { withLists, withoutLists, codes } = prepare(folder, sizes.rosterEntries, sizes.explained);
  const starts = { lists: [] as number[], none: [] as number[] };
  const rates: number[] = [];
  // The first of each compiles and does not count.
  for (let round = 0; round <= START_ROUNDS; round += 1) {
    const none = await explained(withoutLists, codes.slice(0, 1), signal);
    const lists = await explained(withLists, codes, signal);
    if (round === 0) continue;
    starts.none.push(none.startMs);
    starts.lists.push(lists.startMs);
    rates.push(lists.rate);
  }
  const rate = median(rates);
  return [
    {
      measure: `explain ${sizes.explained.toLocaleString('en-US')} codes, after start-up`,
      value: rate,
      unit: 'codes/s',
      target: `>= ${LEAST_RATE.toLocaleString('en-US')}`,
      met: rate >= LEAST_RATE,
    },
    {
      measure: `explain, start to first answer, ${sizes.rosterEntries.toLocaleString('en-US')} roster entries`,
      value: median(starts.lists),
      unit: 'ms',
      peer: { name: 'without lists', value: median(starts.none) },
      ratio: median(starts.lists) / median(starts.none),
    },
  ];
}

function prepare(folder: string, entries: number, count: number): Prepared {
  const dataFolder = join(folder, 'data-explain');
  const [issuer, health, pupils] = [makeIssuer(folder), makeHealthSigner(folder), pupilsOf(dataFolder, entries)];
  const lists = join(folder, 'lists');
  mkdirSync(lists);
  writeFileSync(join(lists, 'roster.jws'), signedRoster(issuer, pupils, { version: 1, label: 'A pupil' }));
  const trust = { issuers: issuer.file, healthCertificates: health.folder };
  const settings = {
    site: SITE,
    reader: 'desk',
    gate: GATE,
    direction: 'in',
    scanners: [{ id: 'stdin', kind: 'stdin' }],
    privacy: { siteKeyFile: join(dataFolder, 'site.key') },
    admission: { accept: ACCEPT },
  };
  const configuration = (name: string, more: object): string => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ ...settings, ...more }));
    return file;
  };
  const made = codesOf(Math.ceil(count / CODE_KINDS.length), { issuer, health, pupils });
  const codes = Array.from({ length: count }, (_, index) => {
    const kind = CODE_KINDS[index % CODE_KINDS.length] ?? 'unknown';
    return made[kind][Math.floor(index / CODE_KINDS.length)] ?? '';
  });
  return {
    withLists: configuration('lists', { trust: { ...trust, lists } }),
    withoutLists: configuration('none', { trust }),
    codes,
  };
}

/** Milliseconds from the start to the first answer; codes a second of all the others. */
async function explained(
  config: string,
  codes: readonly string[],
  signal: AbortSignal,
): Promise<{ startMs: number; rate: number }> {
  const startedMs = performance.now();
  const child = spawn(LAUNCHER, ['explain', '-', '--config', config], { stdio: ['pipe', 'pipe', 'inherit'], signal });
  const ended = once(child, 'exit');
  child.stdin.write(`${codes[0] ?? ''}\n`);
  let [answers, firstMs, lastMs] = ['', 0, 0];
  for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    lastMs = performance.now();
    answers += chunk;
    if (firstMs > 0 || !answers.includes('\n')) continue;
    firstMs = lastMs;
    child.stdin.end(
      codes
        .slice(1)
        .map((code) => `${code}\n`)
        .join(''),
    );
  }
  await ended;
  requireSense(child, answers, codes.length);
  return { startMs: firstMs - startedMs, rate: ((codes.length - 1) * 1000) / (lastMs - firstMs) };
}

/** A rate of refusals would say nothing: all but the unknown codes are good ones. */
function requireSense({ exitCode }: ChildProcess, answers: string, asked: number): void {
  const lines = answers.split('\n').slice(0, -1);
  if (exitCode !== 0 || lines.length !== asked) {
    throw new Error(`explain gave ${lines.length} answers to ${asked} codes and ended with ${String(exitCode)}`);
  }
  const granted = lines.filter((line) => line.includes('"verdict":"granted"')).length;
  const wanted = Math.floor((asked * (CODE_KINDS.length - 1)) / CODE_KINDS.length);
  if (granted < wanted) throw new Error(`explain granted ${granted} of ${asked} codes, wanted ${wanted}`);
}
