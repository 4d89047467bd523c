// The gates over what is installed: npm's own audit against a registry on loopback, what is made of its answer, and licences.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Accepted, judgeAdvisories } from '../../scripts/gates/advisories.ts';
import { licenceFault } from '../../scripts/gates/licences.ts';
import { productionPackages } from '../../scripts/gates/lock-file.ts';
import { containing, matching } from '../fakes/like.ts';
import { dataFolder } from '../fakes/record.ts';

const GATE = fileURLToPath(new URL('../../scripts/gates/audit.ts', import.meta.url));
const ID = 'GHSA-aaaa-bbbb-cccc';
const TODAY = '2026-11-22';

/** The gate's exit code and words, with a registry that answers the question for advisories with `answer`, or with 405. */
async function audit(answer?: object, environment: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; said: string }> {
  const registry = createServer((request, response) => {
    request.resume().on('end', () => {
      // What npm asks about a package that an advisory names, beside the advisories, is not known here.
      const status = request.method !== 'POST' ? 404 : answer === undefined ? 405 : 200;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void registry.close());
  const address = registry.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // npm remembers advisories by their number.
  const cache = dataFolder();
  const ownNpm = { npm_config_registry: `http://127.0.0.1:${port}`, npm_config_cache: cache };
  const env = { ...process.env, AUDIT: '', ...ownNpm, ...environment };
  const child = spawn(process.execPath, [GATE], { env });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

const advisory = (severity: string, versions = '<99') => ({
  ws: [{ id: 1, url: `https://github.com/advisories/${ID}`, title: 'Too trusting', severity, vulnerable_versions: versions }],
});

describe('the audit gate', () => {
  test('is green when the registry knows of nothing, and says how many packages it asked about', async () => {
    expect(await audit({})).toEqual({
      code: 0,
      said: matching(/^audit: saw \d+ packages, the lock file has \d+: ok$/mu),
    });
  });

  test('is red for an advisory of weight and green for a lesser one or another version', async () => {
    const { code, said } = await audit(advisory('high'));
    expect([code, said]).toEqual([1, containing(`ws: high: Too trusting (${ID})`)]);
    expect(await audit(advisory('moderate'))).toMatchObject({ code: 0, said: containing('1 lesser advisories') });
    expect(await audit(advisory('critical', '<0.0.1'))).toMatchObject({ code: 0 });
  });

  test('says loudly that it was not asked where the registry has no answer, and is red when that is required', async () => {
    const unasked = await audit();
    expect(unasked).toEqual({
      code: 75,
      said: matching(/^audit: NOT ASKED: saw 0 of \d+ packages, nothing is known/u),
    });
    expect(unasked.said).not.toContain('127.0.0.1');
    expect(await audit(undefined, { AUDIT: 'required' })).toMatchObject({ code: 1 });
  });
});

describe('judgeAdvisories', () => {
  const report = JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      ws: { via: [{ name: 'ws', title: 'T', url: `https://x/${ID}`, severity: 'high' }] },
      mqtt: { via: ['ws'] },
    },
    metadata: { dependencies: { total: 7 } },
  });
  const accept = (until: string, id = ID): Accepted => ({ id, until, reason: 'not reachable' });
  const faults = (accepted: readonly Accepted[]): readonly string[] => {
    const judgement = judgeAdvisories(report, accepted, TODAY);
    return judgement.asked ? judgement.faults : ['not asked'];
  };

  test('an acceptance holds to its last day, then it is a fault, and so is one that nothing needs', () => {
    expect(faults([])).toEqual([`ws: high: T (${ID})`]);
    expect(faults([accept(TODAY)])).toEqual([]);
    expect(faults([accept('2026-11-21')])).toHaveLength(2);
    expect(faults([accept(TODAY), accept(TODAY, 'GHSA-0')])).toEqual([
      '.ci/advisories.json: GHSA-0 is no longer reported: remove it',
    ]);
  });

  test('an answer that is no report is not taken for a good one', () => {
    for (const answer of ['', 'null', '{}', '{"message":"no"}', '<html>', '{"auditReportVersion":2}', '{"vulnerabilities":{}}'])
      expect(judgeAdvisories(answer, [], TODAY).asked, answer).toBe(false);
  });

  test('each acceptance of the project has a reason and a day', () => {
    const accepted = JSON.parse(readFileSync(new URL('../../.ci/advisories.json', import.meta.url), 'utf8')) as Accepted[];
    const fit = ({ id, reason, until }: Accepted): boolean =>
      /^GHSA(?:-[0-9a-z]{4}){3}$/u.test(id) && reason.length > 20 && /^\d{4}-\d\d-\d\d$/u.test(until);
    expect(accepted.filter((one) => !fit(one))).toEqual([]);
  });
});

test('licenceFault takes permissive licences and alternatives with one, and nothing it does not understand', () => {
  for (const good of [['MIT'], ['(MIT OR GPL-3.0)'], ['(MIT AND ISC)'], ['MIT', 'ISC'], ['Apache-2.0']])
    expect(licenceFault(good), String(good)).toBeUndefined();
  for (const bad of [[], ['GPL-3.0'], ['(MIT AND GPL-3.0)'], ['MIT', 'GPL-2.0'], ['SEE LICENSE IN X'], ['((MIT))'], ['']])
    expect(licenceFault(bad), String(bad)).toBeDefined();
});

test('productionPackages names what runs at a gate, direct and indirect, and nothing that only development needs', () => {
  const packages = productionPackages().map((one) => one.replace(/@[^@]*$/u, ''));
  const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies).filter((name) => !packages.includes(name))).toEqual([]);
  expect(packages).toContain('sonic-boom');
  expect(packages).not.toContain('vitest');
  expect(Object.keys(devDependencies).filter((name) => packages.includes(name))).toEqual(['@types/node']);
});
