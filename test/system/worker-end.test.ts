// Threads with native modules are left to end: on real threads, and by a look at who ends one by force.

import { readdirSync, readFileSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';

import { expect, onTestFinished, test } from 'vitest';
import { leaveToItsEnd } from '../../src/system/worker-end.ts';
import { eventually } from '../fakes/eventually.ts';

function thread(code: string): Worker {
  const worker = new Worker(code, { eval: true });
  onTestFinished(() => worker.terminate().then(() => undefined));
  return worker;
}

const HOUR_MS = 3_600_000;

test('a thread that ends is waited for, and one that has ended is not', async () => {
  const worker = thread(`setTimeout(() => undefined, 50)`);
  let ended = false;
  worker.once('exit', () => (ended = true));
  await leaveToItsEnd(worker, HOUR_MS);
  expect(ended).toBe(true);
  await leaveToItsEnd(worker, HOUR_MS);
});

test('a thread that goes on is left behind, and goes on', async () => {
  const worker = thread(`require('node:worker_threads').parentPort.on('message', (word) => word.postMessage('heard'))`);
  await leaveToItsEnd(worker, 20);
  const { port1, port2 } = new MessageChannel();
  let heard: unknown;
  port1.on('message', (word: unknown) => void (heard = word));
  worker.postMessage(port2, [port2]);
  await eventually('its word', () => heard === 'heard');
  port1.close();
});

test('nobody ends a thread by force but the camera, whose decoder is no native module', () => {
  const source = new URL('../../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const forceful = files.filter((path) => readFileSync(new URL(path, source), 'utf8').includes('.terminate()'));
  expect(forceful).toEqual(['scanners/camera-decoding.ts']);
});
