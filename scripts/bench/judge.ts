// Recognising and judging one code of each kind, without recording it, against one bare Ed25519 verification of the same
// passes' signatures. Twice: by a process as Node starts it, and by one with the daemon's flags, which compile less.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeBase45 } from '../../src/admission/credentials/base45.ts';
import { openSign1 } from '../../src/admission/credentials/cose.ts';
import { DAEMON_FLAGS } from '../../src/commands/handover.ts';
import { openLists } from '../../src/lists/lists.ts';
import { issuerKey } from '../../src/trust/issuers.ts';
import { CODE_KINDS, type CodeKind, codesOf, makeHealthSigner } from './codes.ts';
import { SITE } from './daemon.ts';
import { type Issuer, makeIssuer, pupilsOf, signedRevocations, signedRoster } from './issuer.ts';
import type { Bench } from './options.ts';
import type { Row } from './report.ts';
import { percentile } from './statistics.ts';

const CHILD = fileURLToPath(new URL('./judge.child.ts', import.meta.url));
const REVOKED = 1_000;
const WARM_UP_ROUNDS = 4;

/** What each kind's codes come to. */
const EXPECTED: Readonly<Record<CodeKind, string>> = {
  pass: 'granted ok',
  token: 'granted ok',
  cccd: 'granted recorded',
  'national-qr': 'granted recorded',
  'health-certificate': 'granted ok',
  unknown: 'denied unrecognised',
};

/** How each kind is accepted where codes of every kind are measured. */
export const ACCEPT = { cccd: 'record', 'national-qr': 'record', 'health-certificate': 'verify' } as const;

/** What the child is to do. */
export interface JudgeTask {
  readonly accept: typeof ACCEPT;
  readonly issuers: string;
  readonly healthCertificates: string;
  /** The issuer's key and the passes' messages and signatures in base64. */
  readonly bare: {
    readonly jwk: { readonly kty: string; readonly crv: string; readonly x: string };
    readonly signed: readonly { readonly message: string; readonly signature: string }[];
  };
  readonly codes: readonly { readonly kind: CodeKind; readonly expected: string; readonly texts: readonly string[] }[];
  readonly rounds: number;
  readonly warmUpRounds: number;
}

/** Microseconds of each one, by kind, and `bare`. */
export type JudgeTimes = Partial<Record<string, number[]>>;

export async function measureJudging({ folder, sizes, signal }: Bench): Promise<Row[]> {
  const dataFolder = join(folder, 'data-judge');
  const [issuer, health, pupils] = [makeIssuer(folder), makeHealthSigner(folder), pupilsOf(dataFolder, sizes.rosterEntries)];
  await storeLists(dataFolder, issuer, {
    roster: signedRoster(issuer, pupils, { version: 1, label: 'A pupil' }),
    revoked: signedRevocations(issuer, REVOKED),
  });
  const made = codesOf(sizes.judgements, { issuer, health, pupils });
  const task: JudgeTask = {
    accept: ACCEPT,
    issuers: issuer.file,
    healthCertificates: health.folder,
    bare: { jwk: issuerKey(issuer.key).jwk, signed: made.pass.map(signedOf) },
    codes: CODE_KINDS.map((kind) => ({ kind, expected: EXPECTED[kind], texts: made[kind] })),
    rounds: sizes.judgeRounds,
    warmUpRounds: WARM_UP_ROUNDS,
  };
  const file = join(folder, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const words = [dataFolder, file];
  return [...rowsOf(await judged(words, [], signal)), ...rowsOf(await judged(words, DAEMON_FLAGS, signal), ", daemon's flags")];
}

/** As a reader takes them over. */
async function storeLists(dataFolder: string, issuer: Issuer, signed: Readonly<Record<string, string>>): Promise<void> {
  const nothing = (): undefined => undefined;
  const hooks = { taken: nothing, refused: nothing, keys: nothing, askAgain: nothing, setAside: nothing, fault: nothing };
  const issuers = [issuerKey(issuer.key).jwk];
  const lists = openLists({ dataFolder, site: SITE, now: () => Date.now(), issuers: () => issuers, roots: () => issuers }, hooks);
  try {
    for (const [name, jws] of Object.entries(signed)) {
      const { outcome } = await lists.offer(name, new Uint8Array(Buffer.from(jws)));
      if (outcome !== 'taken') throw new Error(`the list ${name} was not taken over: ${outcome}`);
    }
  } finally {
    await lists.close();
  }
}

function signedOf(code: string): { message: string; signature: string } {
  const opened = openSign1(decodeBase45(code.slice('VGP1:'.length)) ?? new Uint8Array(0), 'strict');
  if (opened === undefined) throw new Error('a pass that was just made cannot be read');
  return { message: Buffer.from(opened.message).toString('base64'), signature: Buffer.from(opened.signature).toString('base64') };
}

async function judged(words: readonly string[], flags: readonly string[], signal: AbortSignal): Promise<JudgeTimes> {
  const child = fork(CHILD, words, { execArgv: [...flags], signal });
  const told = once(child, 'message') as Promise<[JudgeTimes]>;
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`judging ended with ${String(code)}`);
  });
  const [times] = await Promise.race([told, ended]);
  ended.catch(() => undefined);
  return times;
}

function rowsOf(times: JudgeTimes, how = ''): Row[] {
  const bare = times['bare'] ?? [];
  const rate = (all: readonly number[]) => (all.length * 1e6) / all.reduce((sum, one) => sum + one, 0);
  const compared = (measure: string, unit: Row['unit'], [value, peer]: readonly [number, number]): Row => ({
    measure: `judge ${measure}${how}`,
    value,
    unit,
    peer: { name: 'bare Ed25519', value: peer },
    ratio: value / peer,
  });
  const target = (row: Row): Row => ({ ...row, target: '<= 2 x bare', met: (row.ratio ?? Number.NaN) <= 2 });
  return CODE_KINDS.flatMap((kind) => {
    const own = times[kind] ?? [];
    const half = compared(`${kind}, p50`, 'µs', [percentile(own, 0.5), percentile(bare, 0.5)]);
    return [
      kind === 'pass' ? target(half) : half,
      compared(`${kind}, p99`, 'µs', [percentile(own, 0.99), percentile(bare, 0.99)]),
      compared(kind, 'codes/s', [rate(own), rate(bare)]),
    ];
  });
}
