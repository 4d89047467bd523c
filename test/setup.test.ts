// scripts/setup in a folder of its own, with an npm that only notes how it was called: the real one is the network's business.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SETUP = fileURLToPath(new URL('../scripts/setup', import.meta.url));
let folder: string;

/** A checkout before its first set-up; `npm` runs the shell commands given. */
function checkout(npm: string): void {
  folder = mkdtempSync(join(tmpdir(), 'gate-reader-setup-'));
  for (const name of ['scripts', 'bin']) mkdirSync(join(folder, name));
  copyFileSync(SETUP, join(folder, 'scripts/setup'));
  writeFileSync(join(folder, 'package-lock.json'), '{"lock":1}');
  symlinkSync(process.execPath, join(folder, 'bin/node'));
  writeFileSync(
    join(folder, 'bin/npm'),
    `#!/bin/sh\necho "npm $*" >>"${folder}/calls"\nmkdir -p node_modules/.bin\nln -sf "${process.execPath}" node_modules/.bin/node\n${npm}\n`,
  );
  chmodSync(join(folder, 'bin/npm'), 0o755);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the set-up, then `cat`, which shows what it left of its input. */
async function setUp(heard: (stderr: string) => void = () => undefined): Promise<Ended> {
  const child: ChildProcess = spawn('sh', ['-c', '"$0" || exit; cat', join(folder, 'scripts/setup')], {
    env: { PATH: `${folder}/bin:/usr/bin:/bin` },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    heard(stderr);
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end('a code\n');
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

beforeEach(() => checkout('echo added 3 packages'));
afterEach(() => rmSync(folder, { recursive: true }));

test('the first set-up installs by the lock file without scripts, keeps standard output clean and reads no input', async () => {
  const { code, stdout, stderr } = await setUp();
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'a code\n' });
  expect(stderr).toMatch(/^Setting up \(once, about 15 s\) \.\.\.\nSet up in \d+ s\.\n$/u);
  expect(calls()).toEqual(['npm install --no-save --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error']);
});

test('a second set-up does and says nothing', async () => {
  await setUp();
  expect(await setUp()).toEqual({ code: 0, stdout: 'a code\n', stderr: '' });
  expect(calls()).toHaveLength(1);
});

test('a lock file that changed is installed again, and so is a folder whose Node does not run', async () => {
  await setUp();
  writeFileSync(join(folder, 'package-lock.json'), '{"lock":2}');
  await setUp();
  expect(calls()).toHaveLength(2);
  rmSync(join(folder, 'node_modules/.bin/node'));
  expect((await setUp()).code).toBe(0);
  expect(calls()).toHaveLength(3);
});

test('two set-ups at once install once', async () => {
  rmSync(folder, { recursive: true });
  // npm takes until the other one waits, and gives up after 10 s.
  checkout('for round in $(seq 200); do [ -e go ] && exit; sleep 0.05; done; exit 1');
  const letGo = (stderr: string): void => {
    if (stderr.includes('Waiting')) writeFileSync(join(folder, 'go'), '');
  };
  const both = await Promise.all([setUp(letGo), setUp(letGo)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(calls()).toHaveLength(1);
  expect(both.map(({ stderr }) => stderr).join('')).toContain('Waiting for another set-up');
});

test('an installation that fails says what to do and is tried again next time', async () => {
  rmSync(folder, { recursive: true });
  checkout('echo "npm error code ENOTFOUND" >&2; exit 1');
  const { code, stdout, stderr } = await setUp();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('npm error code ENOTFOUND');
  expect(stderr).toContain('Is the network, or your npm mirror, reachable? Then run the same command again.');
  await setUp();
  expect(calls()).toHaveLength(2);
});

test.each([
  ['18.20.1 linux-x64', 'Node 18.20.1 runs here, 20 or newer is wanted'],
  ['22.1.0 linux-arm', 'this machine is linux-arm; gate-reader runs on Linux with a 64-bit system, x64 or arm64'],
  ['22.1.0 darwin-arm64', 'this machine is darwin-arm64'],
])('a machine of the wrong kind is told so (%s)', async (found, message) => {
  rmSync(join(folder, 'bin/node'));
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\necho '${found}'\n`, { mode: 0o755 });
  const { code, stderr } = await setUp();
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(calls()).toEqual([]);
});
