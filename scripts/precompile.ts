// Fills Node's compile cache with the program, for each kind of process and thread of a start, so that the first start is as
// quick and as small as every later one. Called by scripts/setup with NODE_COMPILE_CACHE set.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { CAMERA_DAEMON_FLAGS, DAEMON_FLAGS } from '../src/commands/handover.ts';

const run = (...words: readonly string[]) => spawnSync(process.execPath, words, { stdio: 'ignore' });

// The cache is kept apart by flags: a daemon with a camera has its own.
const camera = process.argv[3] === 'camera';

if (process.argv[2] === 'daemon') {
  // Without an order the entry refuses, and the workers without their data: by then they are compiled.
  await import('../src/commands/daemon-entry.ts').catch(() => undefined);
  const threads = ['uplink/worker.ts', 'lists/swap-worker.ts', 'journal/check-worker.ts'];
  for (const thread of camera ? [...threads, 'scanners/camera-worker.ts'] : threads) {
    const worker = new Worker(new URL(`../src/${thread}`, import.meta.url), { stderr: true });
    await once(worker, 'exit').catch(() => undefined);
  }
  await import('../src/uplink/embedded-broker.ts');
  if (camera) for (const part of ['view', 'zxing', 'jsqr']) await import(`../src/scanners/camera-${part}.ts`);
} else {
  run(fileURLToPath(new URL('../src/cli.ts', import.meta.url)), 'run', '--help');
  await import('../src/commands/run-daemon.ts');
  run(...DAEMON_FLAGS, import.meta.filename, 'daemon');
  run(...CAMERA_DAEMON_FLAGS, import.meta.filename, 'daemon', 'camera');
}
