// Gate: no package that runs at a gate has a known vulnerability of weight, but those in .ci/advisories.json. Where the registry
// answers no such question (a mirror, no network) it says NOT ASKED and ends with 75: nothing is known then, neither good nor bad.
// AUDIT=required in the environment makes that a failure, as a release wants it.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Accepted, judgeAdvisories } from './advisories.ts';
import { conclude, ROOT } from './gate.ts';
import { lockedPackages, productionPackages } from './lock-file.ts';

/** sysexits.h: try again later. */
const NOT_ASKED = 75;

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=1', '--fetch-timeout=20000'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1_048_576,
});
const accepted = JSON.parse(readFileSync(`${ROOT}.ci/advisories.json`, 'utf8')) as readonly Accepted[];
const judgement = judgeAdvisories(stdout, accepted, new Date().toISOString().slice(0, 10));
if (judgement.asked) {
  process.stdout.write(`audit: ${judgement.lesser} lesser advisories, ${accepted.length} accepted\n`);
  const faults = judgement.faults.map((fault) => `${fault}\n`).join('');
  conclude('audit', judgement.packages, lockedPackages().length, faults, 'packages, the lock file has');
} else {
  // Without the address: it may be a mirror of somebody's own.
  const why = judgement.why.replaceAll(/https?:\/\/\S+/gu, 'the registry');
  process.stdout.write(`audit: NOT ASKED: saw 0 of ${productionPackages().length} packages, nothing is known of them: ${why}\n`);
  process.exitCode = process.env['AUDIT'] === 'required' ? 1 : NOT_ASKED;
}
