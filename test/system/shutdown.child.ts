// A daemon of three parts whose last acts are told by the first argument; the second is a pipe that nobody writes to.

import { open } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createLog } from '../../src/system/log.ts';
import { installShutdown } from '../../src/system/shutdown.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const scenario = process.argv[2];
const shutdown = installShutdown({
  log: createLog({ level: 'info', environment: process.env }),
  ...(scenario === 'hang' && { deadlineMs: 200 }),
});
// Without any listener a signal would end the process by itself.
process.on('removeListener', (name: string) => {
  if (name.startsWith('SIG') && process.listenerCount(name) === 0 && name !== 'SIGUSR2') say(`nobody listens to ${name}`);
});
const alive = setInterval(() => undefined, 60_000);

shutdown.signal.addEventListener('abort', () => say('aborted'));
shutdown.onClose('journal', (leftMs) => {
  clearInterval(alive);
  if (scenario === 'slow') say(`left ${leftMs}`);
  say('closed journal');
});
shutdown.onClose('uplink', async () => {
  say('closing uplink');
  if (scenario === 'hang' || scenario === 'twice') await delay(60_000);
  if (scenario === 'broken') throw new Error('socket is gone');
  await delay(scenario === 'slow' || scenario === 'pause' ? 300 : 5);
  say('closed uplink');
});
shutdown.onClose('scanner', () => {
  say('closed scanner');
});

// A thread of the pool that waits for ever, as for a name server that is silent.
const pipe = process.argv[3];
if (scenario === 'stuck' && pipe !== undefined) open(pipe, 'r', () => undefined);

if (scenario === 'throw') {
  setImmediate(() => {
    throw new Error('a bug');
  });
} else if (scenario === 'reject') {
  void Promise.reject(new Error('a bug'));
} else if (scenario === 'stop' || scenario === 'slow') {
  shutdown.stop();
  shutdown.stop(new Error('too late to matter'));
} else if (scenario === 'fail') {
  shutdown.stop(new Error('the folder is in use'));
} else {
  say('running');
}
