// polledReads on real descriptors: sockets that stand for devices, and what is none.

import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { polledReads } from '../../src/system/polled-reads.ts';
import { deviceEnd } from '../fakes/socket-pair.ts';

const never = { bytes: 8, quietMs: 60_000 };

function device() {
  const end = deviceEnd();
  const abort = new AbortController();
  onTestFinished(() => {
    abort.abort();
    end.end();
  });
  return { ...end, signal: abort.signal, abort: () => abort.abort() };
}

test('yields what is there, at most so many bytes at once, and ends with the device', async () => {
  const { fd, send, end, signal } = device();
  send(Buffer.from('0123456789'));
  const reads = polledReads(fd, { ...never, signal });
  expect(String((await reads.next()).value)).toBe('01234567');
  expect(String((await reads.next()).value)).toBe('89');
  const next = reads.next();
  send(Buffer.from('later'));
  expect(String((await next).value)).toBe('later');
  end();
  expect(await reads.next()).toEqual({ done: true, value: undefined });
  // The descriptor is its owner's.
  expect(fstatSync(fd).isSocket()).toBe(true);
  closeSync(fd);
});

test('says when all is quiet, and hears what comes after', async () => {
  const { fd, send, signal } = device();
  const reads = polledReads(fd, { bytes: 8, quietMs: 5, signal });
  expect([(await reads.next()).value, (await reads.next()).value]).toEqual(['quiet', 'quiet']);
  send(Buffer.from('now'));
  expect(String((await reads.next()).value)).toBe('now');
  await reads.return();
  closeSync(fd);
});

test('an abort settles a pending read, and one before it opens nothing', async () => {
  const { fd, abort, signal } = device();
  const reads = polledReads(fd, { ...never, signal });
  const next = reads.next();
  abort();
  expect((await next).done).toBe(true);
  expect((await polledReads(fd, { ...never, signal }).next()).done).toBe(true);
  closeSync(fd);
});

test('a descriptor number that is used again is polled again', async () => {
  const numbers = new Set<number>();
  for (let round = 0; round < 50; round += 1) {
    const end = deviceEnd();
    numbers.add(end.fd);
    const reads = polledReads(end.fd, { ...never, signal: AbortSignal.timeout(10_000) });
    const next = reads.next();
    end.send(Buffer.from(String(round)));
    expect(String((await next).value)).toBe(String(round));
    await reads.return();
    closeSync(end.fd);
    end.end();
  }
  expect(numbers.size).toBeLessThan(50);
});

test('what cannot be polled ends at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-reader-polled-'));
  const fd = openSync(join(folder, 'file'), 'w+');
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const { signal } = new AbortController();
  expect((await polledReads(fd, { ...never, signal }).next()).done).toBe(true);
  expect((await polledReads(1_000_000, { ...never, signal }).next()).done).toBe(true);
});
