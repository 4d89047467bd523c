// The runtime that the lock file pins is the one that runs, whichever Node started npm; and a second set-up is no work.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

test('the tests run on Node 24', () => {
  expect(process.version).toMatch(/^v24\./u);
});

test('scripts/gate-reader runs from anywhere, through a link, on its own Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-launcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(`${ROOT}scripts/gate-reader`, join(folder, 'gate-reader'));
  const { status, stdout, stderr } = spawnSync(join(folder, 'gate-reader'), ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe((JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }).version);
  expect(status).toBe(0);
});
